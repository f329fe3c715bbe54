using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QwenCode.Models.Requests;

/// <summary>An error object as providers write it, in whichever of the usual shapes.</summary>
/// <param name="Message">What the provider says; <c>null</c> if it says nothing.</param>
/// <param name="Code">A code that is a number: an HTTP status or a provider's own.</param>
/// <param name="Kind">A type or code that is a word.</param>
internal sealed record ProviderError(string? Message, int? Code, string? Kind)
{
    private const int MaxText = 2_000;

    /// <summary>Gets whether the words say that it will pass.</summary>
    public bool SoundsPassing => Kind is not null
        && (Has("rate_limit") || Has("overload") || Has("server_error") || Has("internal") || Has("unavailable") || Has("timeout")
            || Has("throttl"));

    /// <summary>Reads the body of a failed answer.</summary>
    /// <param name="body">The body; any text.</param>
    public static ProviderError FromBody(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return FromJson(JsonElement.ParseValue(ref reader));
        }
        catch (JsonException)
        {
            // Gateways answer in plain text or HTML; a page of markup helps nobody.
            var text = Encoding.UTF8.GetString(body).Trim();
            return new(text.Length == 0 || text[0] is '<' ? null : Cut(text), null, null);
        }
    }

    /// <summary>Reads an error object, or an object or array that holds one.</summary>
    /// <param name="json">The JSON.</param>
    public static ProviderError FromJson(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Array && json.GetArrayLength() > 0)
        {
            return FromJson(json[0]);
        }

        if (json.ValueKind is JsonValueKind.String)
        {
            return new(Cut(json.GetString()), null, null);
        }

        if (json.ValueKind is not JsonValueKind.Object)
        {
            return new(null, null, null);
        }

        if (json.TryGetProperty("error", out var inner)
            && inner.ValueKind is JsonValueKind.Object or JsonValueKind.String or JsonValueKind.Array)
        {
            var found = FromJson(inner);
            return found with { Code = found.Code ?? Number(json, "code") ?? Number(json, "status"), Message = found.Message
                ?? Text(json, "message") };
        }

        return new(
            Cut(Text(json, "message") ?? Text(json, "detail") ?? Text(json, "error_msg") ?? Text(json, "msg")),
            Number(json, "code") ?? Number(json, "status") ?? Number(json, "status_code"),
            string.Join(' ', Text(json, "type"), Text(json, "code"), Text(json, "status")));
    }

    private static string? Cut(string? text) => text is { Length: > MaxText } ? string.Concat(text.AsSpan(0, MaxText), "…") : text;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : null;

    private static int? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out var number) => number,
            JsonValueKind.String
                when int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        }
        : null;

    private bool Has(string word) => Kind!.Contains(word, StringComparison.OrdinalIgnoreCase);
}
