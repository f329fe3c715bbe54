using System.Text;
using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Cli.Interactive.DualOutput;

/// <summary>Something that another program writes for the conversation.</summary>
internal abstract record RemoteInput
{
    /// <summary>A prompt.</summary>
    public sealed record Submit(string Text) : RemoteInput;

    /// <summary>A decision about a call.</summary>
    public sealed record Confirmation(string RequestId, bool IsAllowed) : RemoteInput;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="problem">What is wrong with it; <c>null</c> if nothing is.</param>
    public static RemoteInput? Read(ReadOnlyMemory<byte> line, out string? problem)
    {
        problem = null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            switch (json.ValueKind is JsonValueKind.Object ? json.Text("type") : null)
            {
                case "submit" when json.Text("text") is { } text && !string.IsNullOrWhiteSpace(text):
                    return new Submit(text);
                case "submit":
                    problem = "'text' must be a string that is not empty";
                    return null;
                case "confirmation_response" when json.Text("request_id") is { Length: > 0 } id
                    && json.Member("allowed").ValueKind is JsonValueKind.True or JsonValueKind.False:
                    return new Confirmation(json.Text("request_id")!, json.IsTrue("allowed"));
                case "confirmation_response":
                    problem = "it needs a string 'request_id' and 'allowed', true or false";
                    return null;
                default:
                    problem = "its 'type' must be \"submit\" or \"confirmation_response\"";
                    return null;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            problem = "it is no JSON object";
            return null;
        }
    }
}
