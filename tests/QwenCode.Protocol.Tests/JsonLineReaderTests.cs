using System.Text;
using QwenCode.Protocol.Control;

namespace QwenCode.Protocol.Tests;

public sealed class JsonLineReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n\n  \r\n", "")]
    [InlineData("a\nb\n", "1:a|2:b")]
    [InlineData("a\n\n \t\nb", "1:a|4:b")]
    [InlineData("\uFEFFa\r\nb", "1:a\r|2:b")]
    public void Lines_are_cut_and_counted(string input, string expected) => Read(input, 1000).ShouldBe(expected);

    [Fact]
    public void A_line_longer_than_any_buffer_arrives_whole()
    {
        var line = new string('x', 3_000_000);
        Read($"a\n{line}\nb", int.MaxValue).ShouldBe($"1:a|2:{line}|3:b");
    }

    [Fact]
    public void A_line_over_the_bound_is_told_as_empty_and_the_next_one_is_read() =>
        Read($"a\n{new string('x', 100_000)}\nb\n", 40_000).ShouldBe("1:a|2:|3:b");

    private static string Read(string input, int max)
    {
        var reader = new JsonLineReader(new Dripping(Encoding.UTF8.GetBytes(input)), max);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
        {
            lines.Add($"{reader.LineNumber}:{Encoding.UTF8.GetString(line.Span)}");
        }

        return string.Join('|', lines);
    }

    /// <summary>Gives a few bytes at a time, as pipes do.</summary>
    private sealed class Dripping(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 4099));
    }
}
