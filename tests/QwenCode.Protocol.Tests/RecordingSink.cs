using System.Text.Json;
using System.Threading.Channels;
using QwenCode.Protocol.StreamJson;

namespace QwenCode.Protocol.Tests;

/// <summary>Keeps what is written, and lets tests wait for it.</summary>
internal sealed class RecordingSink : IMessageSink
{
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();

    public void Write(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        _messages.Writer.TryWrite(JsonElement.ParseValue(ref reader));
    }

    public ValueTask<JsonElement> NextAsync() => _messages.Reader.ReadAsync();

    public List<JsonElement> All()
    {
        var all = new List<JsonElement>();
        while (_messages.Reader.TryRead(out var message))
        {
            all.Add(message);
        }

        return all;
    }
}
