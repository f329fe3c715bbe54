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

        var output = FromJson(text) ?? FromLines(text, isWhole: exitCode == 0 && !isCut)
            ?? (isCut && text.StartsWith('{') ? FromBeginning(text) : null);

        // A record of a log is no answer, and nothing that is printed lifts a refusal by exit code 2.
        return exitCode switch
        {
            2 => (output is { Refuses: true } ? output : new HookOutput()).Denying(text),
            0 or 1 when output is not null => output,
            0 => new HookOutput { Decision = "allow", Reason = "The hook succeeded.", SystemMessage = text },
            1 => new HookOutput { Decision = "allow", Reason = $"Non-blocking error: {text}", SystemMessage = $"Warning: {text}" },
            _ => output is { Decides: true } ? output : new HookOutput { Decision = "deny", Reason = text },
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
    /// Finds an output object among lines of a log. One that refuses counts wherever it stands. Any other counts only at the end: what is
    /// printed before may be the words of somebody else, such as the command that the hook is asked about.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="isWhole">Whether the end of the text is known and the hook succeeded.</param>
    private static HookOutput? FromLines(string text, bool isWhole)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < bytes.Length;)
        {
            var length = bytes.AsSpan(at).IndexOf((byte)'\n');
            var end = length < 0 ? bytes.Length : at + length;
            var start = at + bytes.AsSpan(at, end - at).IndexOfAnyExcept((byte)' ', (byte)'\t');
            if (start >= at && bytes[start] is (byte)'{' && ReadObject(bytes.AsSpan(start), out var used) is { } output)
            {
                var isLast = start + used == bytes.Length;
                if (output.Refuses || (isLast && isWhole))
                {
                    return output;
                }

                end = start + used;
            }

            at = end + 1;
        }

        return null;
    }

    /// <summary>Reads an object that begins a text and ends with a line of it.</summary>
    /// <remarks>The parser gives up at 64 levels, so no byte of a log full of opening braces is read more often than that.</remarks>
    private static HookOutput? ReadObject(ReadOnlySpan<byte> text, out int used)
    {
        used = 0;
        var reader = new Utf8JsonReader(text);
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out var value))
            {
                return null;
            }

            using (value)
            {
                var rest = text[(int)reader.BytesConsumed..];
                var blank = rest.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r');
                used = (int)reader.BytesConsumed + (blank < 0 ? rest.Length : blank);
                return blank < 0 || rest[blank] is (byte)'\n' ? HookOutput.From(value.RootElement.Clone()) : null;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads the complete members of an object that is cut off, if they refuse: what follows could only add to that.</summary>
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

            return FromJson(System.Text.Encoding.UTF8.GetString(whole.ToArray())) is { Refuses: true } output ? output : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string Clean(string text) => text.Replace("\0", string.Empty, StringComparison.Ordinal).Trim().Trim('\ufeff');
}
