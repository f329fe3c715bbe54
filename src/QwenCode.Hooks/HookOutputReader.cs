using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>Parses the output of a command by its exit code.</summary>
internal static class HookOutputReader
{
    /// <param name="exitCode">The exit code.</param>
    /// <param name="standardOutput">The standard output, possibly cut off.</param>
    /// <param name="standardError">The standard error, possibly cut off.</param>
    /// <param name="isCut">Whether the output is cut off; a denial at its beginning still counts.</param>
    public static HookOutput? FromCommand(int exitCode, string standardOutput, string standardError, bool isCut = false)
    {
        var text = Clean(exitCode == 2 ? standardError : string.IsNullOrWhiteSpace(standardOutput) ? standardError : standardOutput);
        if (text.Length == 0)
        {
            return null;
        }

        return FromJson(text) ?? FromLines(text) ?? (isCut && text.StartsWith('{') ? FromBeginning(text) : null) ?? exitCode switch
        {
            0 => new HookOutput { Decision = "allow", Reason = "The hook succeeded.", SystemMessage = text },
            1 => new HookOutput { Decision = "allow", Reason = $"Non-blocking error: {text}", SystemMessage = $"Warning: {text}" },
            _ => new HookOutput { Decision = "deny", Reason = text },
        };
    }

    /// <summary>Reads an output object, or one that is encoded as a string.</summary>
    /// <returns>The output; <c>null</c> if the text is not one.</returns>
    public static HookOutput? FromJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind is JsonValueKind.String)
            {
                using var inner = JsonDocument.Parse(root.GetString()!);
                return inner.RootElement.ValueKind is JsonValueKind.Object ? HookOutput.From(inner.RootElement.Clone()) : null;
            }

            return root.ValueKind is JsonValueKind.Object ? HookOutput.From(root.Clone()) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Finds an output object among lines of a log: on a line of its own, or from a line to the end. Of several, one that denies counts,
    /// else the last.
    /// </summary>
    private static HookOutput? FromLines(string text)
    {
        HookOutput? last = null;
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end;
            var start = at + text.AsSpan(at, end - at).IndexOfAnyExcept(' ', '\t');
            if (start < end && text[start] is '{' && (FromJson(text[start..end]) ?? FromJson(text[start..])) is { } output)
            {
                if (output is { Decision: "block" or "deny" or "ask" } or { PermissionDecision: "deny" or "ask" }
                    or { Behavior: "deny" })
                {
                    return output;
                }

                last = output;
            }

            at = end + 1;
        }

        return last;
    }

    /// <summary>Reads the complete members of an object that is cut off.</summary>
    private static HookOutput? FromBeginning(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        using var whole = new MemoryStream();
        try
        {
            using (var writer = new Utf8JsonWriter(whole))
            {
                writer.WriteStartObject();
                reader.Read();
                while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    if (!reader.Read() || !JsonDocument.TryParseValue(ref reader, out var value))
                    {
                        break;
                    }

                    using (value)
                    {
                        writer.WritePropertyName(name);
                        value.RootElement.WriteTo(writer);
                    }
                }

                writer.WriteEndObject();
            }

            return FromJson(System.Text.Encoding.UTF8.GetString(whole.ToArray())) is { } output
                && (output.IsStop || output.Decision is not null || output.PermissionDecision is not null || output.HasBehavior) ? output
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string Clean(string text) => text.Replace("\0", string.Empty, StringComparison.Ordinal).Trim().Trim('\ufeff');
}
