using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Protocol.Control;

/// <summary>One message of a host.</summary>
/// <param name="Type">What it is, such as <c>user</c> or <c>control_request</c>.</param>
/// <param name="Json">All of it.</param>
public sealed record InputMessage(string Type, JsonElement Json)
{
    /// <summary>Gets the id of the request it makes, answers or cancels; empty if there is none.</summary>
    public string RequestId =>
        (Type == "control_response" && Json.TryGetProperty("response", out var response) ? response : Json).Text("request_id") ?? string.Empty;

    /// <summary>Gets what a control request is about; an empty object if there is nothing.</summary>
    public JsonElement Request => Json.TryGetProperty("request", out var request) ? request : default;

    /// <summary>Gets what a control request wants; empty if it does not say.</summary>
    public string Subtype => Request.Text("subtype") ?? string.Empty;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="problem">Why it is no message.</param>
    /// <returns>The message, or <c>null</c> for a line that is none.</returns>
    public static InputMessage? Read(ReadOnlySpan<byte> line, out string? problem)
    {
        problem = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            var json = JsonElement.ParseValue(ref reader);

            // Nothing may follow; the reader throws if something does.
            _ = reader.Read();
            if (json.ValueKind is not JsonValueKind.Object)
            {
                problem = "it is not a JSON object";
            }
            else if (json.Text("type") is { } type)
            {
                return new InputMessage(type, json);
            }
            else
            {
                problem = "its 'type' is missing or no string";
            }
        }
        catch (JsonException exception)
        {
            // The reader knows one line only and would call it the first.
            problem = $"it is not JSON (byte {exception.BytePositionInLine + 1}: {exception.Message.Split(" LineNumber:")[0]})";
        }

        return null;
    }
}
