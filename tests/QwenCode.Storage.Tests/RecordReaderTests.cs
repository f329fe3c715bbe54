using System.Text;
using QwenCode.Storage.Transcripts;

namespace QwenCode.Storage.Tests;

public sealed class RecordReaderTests
{
    [Theory]
    [InlineData("""{"functionCall":{"id":"c","name":"edit","args":{"a":"?"}}}""")]
    [InlineData("""{"functionResponse":{"id":"c","name":"edit","response":{"other":"?"}}}""")]
    [InlineData("""{"text":"?"}""")]
    public void A_byte_that_is_not_UTF8_makes_no_record_unreadable(string part)
    {
        var line = Encoding.Latin1.GetBytes($$$"""{"uuid":"u","type":"assistant","message":{"role":"model","parts":[{{{part}}}]}}""");
        line[Array.LastIndexOf(line, (byte)'?')] = 0xFF;

        RecordReader.Read(line, 1, out var lost).ShouldNotBeNull(lost);
    }
}
