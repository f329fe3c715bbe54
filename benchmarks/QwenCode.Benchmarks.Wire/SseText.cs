using System.Text;

namespace QwenCode.Benchmarks.Wire;

/// <summary>An answer as servers send it.</summary>
internal static class SseText
{
    private const string End =
        """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"scripted","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"scripted","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010}}

        data: [DONE]


        """;

    /// <summary>Gives an answer of about so many bytes, each event with so many characters of text.</summary>
    public static (byte[] Bytes, int Events) Create(long length, int charactersPerEvent)
    {
        const string Words = "The quick brown fox jumps over. ";
        var text = string.Concat(Enumerable.Repeat(Words, (charactersPerEvent / Words.Length) + 1))[..charactersPerEvent];
        var item = Encoding.UTF8.GetBytes(
            $$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"scripted","choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}""" + "\n\n");
        var events = (int)Math.Max(1, length / item.Length);
        var bytes = new byte[(events * (long)item.Length) + Encoding.UTF8.GetByteCount(End)];
        for (var i = 0; i < events; i++)
        {
            item.CopyTo(bytes.AsSpan(i * item.Length));
        }

        Encoding.UTF8.GetBytes(End, bytes.AsSpan(events * item.Length));
        return (bytes, events);
    }
}
