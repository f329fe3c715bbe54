using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using QwenCode.Platform.Json;

namespace QwenCode.Protocol.Control;

/// <summary>One message of a host.</summary>
/// <param name="Type">What it is, such as <c>user</c> or <c>control_request</c>.</param>
/// <param name="Json">All of it.</param>
public sealed record InputMessage(string Type, JsonElement Json)
{
    /// <summary>Gets the id of the request it makes, answers or cancels; empty if there is none.</summary>
    public string RequestId =>
        (Type == "control_response" && Json.Member("response") is { ValueKind: not JsonValueKind.Undefined } response ? response : Json)
            .Text("request_id") ?? string.Empty;

    /// <summary>Gets what a control request is about; an empty object if there is nothing.</summary>
    public JsonElement Request => Json.Member("request");

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
            // A host of another encoding is read as far as it can be: a string that is not UTF-8 would throw where it is used.
            var reader = new Utf8JsonReader(Utf8.IsValid(line) ? line : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line)));
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
