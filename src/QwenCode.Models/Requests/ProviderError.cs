using System.Globalization;
using System.Text;
using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Requests;

/// <summary>An error as providers and gateways write it, in whichever of their shapes.</summary>
/// <param name="Message">What the provider says; <c>null</c> if it says nothing.</param>
/// <param name="Code">A code that is a number: an HTTP status or a provider's own.</param>
/// <param name="Kind">Types and codes that are words.</param>
internal sealed record ProviderError(string? Message, int? Code, string? Kind)
{
    private const int MaxText = 2_000;
    private const int MaxNesting = 4;
    private const int MaxEntries = 5;

    private static readonly string[] MessageNames =
        ["message", "detail", "error_msg", "msg", "status_msg", "error_description", "Message", "reason", "title", "text"];

    private static readonly string[] CodeNames = ["code", "status", "status_code", "error_code", "statusCode"];

    // A request that waits would not be served later either: the account must be changed first.
    private static readonly string[] QuotaWords =
        ["insufficient_quota", "insufficient quota", "insufficient balance", "exceeded your current quota", "billing", "余额不足"];

    /// <summary>Gets whether the words say that the request is longer than the window.</summary>
    public bool IsTooLong => LengthWords.AreIn(Kind) || LengthWords.AreIn(Message);

    /// <summary>Gets whether the words say that it will pass.</summary>
    public bool SoundsPassing => Kind is not null
        && (Has("rate_limit") || Has("overload") || Has("server_error") || Has("api_error") || Has("internal") || Has("unavailable")
            || Has("timeout") || Has("throttl"));

    /// <summary>Gets whether the words say that too much is asked at a time.</summary>
    public bool IsRateLimit => Code is 429 or 1302 or 1305 || (Kind is not null && (Has("rate_limit") || Has("throttl")));

    /// <summary>Gets whether the account's quota or balance is used up.</summary>
    public bool IsQuota => Code is 1113 || QuotaWords.Any(word => Mentions(Kind, word) || Mentions(Message, word));

    /// <summary>Gets whether the quota of a day is used up.</summary>
    public bool IsDaily { get; private init; }

    /// <summary>Gets how long the provider wants to be left alone, if its body says so.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Reads the body of a failed answer.</summary>
    /// <param name="body">The body; any text.</param>
    public static ProviderError FromBody(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var json = JsonElement.ParseValue(ref reader);
            var error = FromJson(json);
            var hasWords = json.ValueKind is JsonValueKind.Object or JsonValueKind.Array && json.GetRawText().Length > 2;
            return error.Message is null && hasWords ? error with { Message = Cut(json.GetRawText()) } : error;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Gateways answer in plain text or HTML; of a page only its title says anything.
            var text = Encoding.UTF8.GetString(body).Trim();
            return new(text.Length == 0 ? null : text[0] is '<' ? TitleOf(text) : Cut(text), null, null);
        }
    }

    /// <summary>Reads an error object, or an object or array that holds one.</summary>
    /// <param name="json">The JSON.</param>
    public static ProviderError FromJson(JsonElement json) => Read(json, 0);

    /// <summary>Reads an object that came in place of an answer.</summary>
    /// <param name="json">The object.</param>
    /// <returns>The error, or <c>null</c> if the object does not look like one.</returns>
    public static ProviderError? FromAnswer(JsonElement json)
    {
        if (json.TryGetProperty("base_resp", out var status) && status.ValueKind is JsonValueKind.Object)
        {
            return Number(status, "status_code") is null or 0 ? null : Read(status, 0);
        }

        var isError = (json.TryGetProperty("success", out var success) && success.ValueKind is JsonValueKind.False)
            || Number(json, "error_code") is not (null or 0)
            || json.TryGetProperty("errors", out _)
            || json.TryGetProperty("detail", out _)
            || Text(json, "type") is "error"
            || Text(json, "object") is "error"
            || (HasCode(json) && MessageNames.Any(name => Text(json, name) is not null));
        return isError ? Read(json, 0) : null;
    }

    /// <summary>Returns the title of a web page, or nothing.</summary>
    /// <param name="page">The page.</param>
    public static string? TitleOf(string page)
    {
        var start = page.IndexOf("<title>", StringComparison.OrdinalIgnoreCase);
        var end = start < 0 ? -1 : page.IndexOf("</title>", start, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? null : Cut(page[(start + "<title>".Length)..end].Trim()) is { Length: > 0 } title ? title : null;
    }

    private static ProviderError Read(JsonElement json, int depth)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return OfString(json.Text(), depth);
            case JsonValueKind.Array:
                return OfArray(json, depth);
            case not JsonValueKind.Object:
                return new(null, null, null);
        }

        if (depth > MaxNesting)
        {
            return new(null, null, null);
        }

        var own = new ProviderError(
            MessageOf(json, depth),
            CodeNames.Select(name => Number(json, name)).FirstOrDefault(static code => code is not null),
            string.Join(' ', Text(json, "type"), Text(json, "code"), Text(json, "status")))
        {
            RetryAfter = WaitTimes.OfDetails(json) ?? WaitTimes.OfWords(Text(json, "message")),
            IsDaily = WaitTimes.IsDaily(json),
        };
        if (!json.TryGetProperty("error", out var inner)
            || inner.ValueKind is not (JsonValueKind.Object or JsonValueKind.String or JsonValueKind.Array))
        {
            return own;
        }

        var found = Read(inner, depth + 1);

        // {"error":"invalid_request","error_description":"…"}: the word is the kind, the description is what helps.
        var message = inner.ValueKind is JsonValueKind.String && Text(json, "error_description") is { } description
            ? $"{found.Message}: {Cut(description)}" : found.Message ?? own.Message;
        return found with { Message = message, Code = found.Code ?? own.Code, RetryAfter = found.RetryAfter ?? own.RetryAfter,
            IsDaily = found.IsDaily || own.IsDaily };
    }

    private static string? MessageOf(JsonElement json, int depth)
    {
        string? message = null;
        foreach (var name in MessageNames)
        {
            if (json.TryGetProperty(name, out var value)
                && value.ValueKind is JsonValueKind.String or JsonValueKind.Object or JsonValueKind.Array
                && Read(value, depth + 1).Message is { Length: > 0 } said)
            {
                message = said;
                break;
            }
        }

        if (message is null && json.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Array)
        {
            message = OfArray(errors, depth).Message;
        }

        // FastAPI and pydantic: where in the request it is.
        if (message is not null && json.TryGetProperty("loc", out var place) && place.ValueKind is JsonValueKind.Array)
        {
            message = $"{string.Join('.', place.EnumerateArray().Select(static part => part.ToString()))}: {message}";
        }

        // OpenRouter: what the provider behind it said.
        if (json.TryGetProperty("metadata", out var metadata) && metadata.ValueKind is JsonValueKind.Object
            && metadata.TryGetProperty("raw", out var raw) && Read(raw, depth + 1).Message is { Length: > 0 } reason)
        {
            var provider = Text(metadata, "provider_name") is { } from ? $" ({from})" : string.Empty;
            message = message is null ? reason + provider : $"{message}{provider}: {reason}";
        }

        return Cut(message);
    }

    private static ProviderError OfString(string text, int depth)
    {
        // A string may hold the JSON of the error behind it.
        if (depth <= MaxNesting && text.AsSpan().TrimStart() is ['{' or '[', ..])
        {
            try
            {
                if (Read(JsonElement.Parse(text), depth + 1) is { Message: not null } inner)
                {
                    return inner;
                }
            }
            catch (JsonException)
            {
                // Words that begin with a bracket.
            }
        }

        return new(text.Length == 0 ? null : Cut(text), null, null);
    }

    private static ProviderError OfArray(JsonElement json, int depth)
    {
        if (depth > MaxNesting)
        {
            return new(null, null, null);
        }

        ProviderError[] all = [.. json.EnumerateArray().Take(MaxEntries).Select(item => Read(item, depth + 1))];
        var text = string.Join("; ", all.Select(static error => error.Message).OfType<string>());
        return all.Length == 0 ? new(null, null, null) : all[0] with { Message = text.Length > 0 ? Cut(text) : null };
    }

    private static bool HasCode(JsonElement json) => json.TryGetProperty("code", out var code)
        && (code.ValueKind is JsonValueKind.Number ? Number(json, "code") is not (0 or 200)
            : code.ValueKind is JsonValueKind.String && code.Text() is not (null or "" or "0" or "200" or "ok" or "success"));

    private static string? Cut(string? text) => text is { Length: > MaxText } ? string.Concat(text.AsSpan(0, MaxText), "…") : text;

    private static string? Text(JsonElement json, string name) =>
        json.Text(name) is { Length: > 0 } text ? text : null;

    private static int? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out var number) => number,
            JsonValueKind.String
                when int.TryParse(value.Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        }
        : null;

    private static bool Mentions(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;

    private bool Has(string word) => Kind!.Contains(word, StringComparison.OrdinalIgnoreCase);
}
