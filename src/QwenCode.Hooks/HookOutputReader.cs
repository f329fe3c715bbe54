using System.Text.Json;
using System.Text.RegularExpressions;

namespace QwenCode.Hooks;

/// <summary>Parses the output of a command by its exit code.</summary>
internal static partial class HookOutputReader
{
    private const int MaxShown = 120;

    // What people and scripts write by hand: none of it leaves open what is meant.
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonReaderOptions LenientReader =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <param name="exitCode">The exit code.</param>
    /// <param name="standardOutput">The standard output, possibly cut off.</param>
    /// <param name="standardError">The standard error, possibly cut off.</param>
    /// <param name="isCut">Whether the output is cut off; a denial at its beginning still counts.</param>
    public static HookOutput? FromCommand(int exitCode, string standardOutput, string standardError, bool isCut = false)
    {
        var (printed, errors) = (Clean(standardOutput), Clean(standardError));
        if (exitCode == 2)
        {
            // Nothing that is printed lifts this refusal. Its reason may be on either stream, in words or as JSON.
            var refusal = Read(errors, exitCode, isCut) is { Refuses: true } first ? first
                : Read(printed, exitCode, isCut) is { Refuses: true } second ? second : new HookOutput();
            return refusal.Denying(errors.Length > 0 ? errors : printed.Length > 0 ? printed : "A hook refused it without a reason.");
        }

        var text = printed.Length > 0 ? printed : errors;
        if (text.Length == 0)
        {
            return null;
        }

        // A record of a log is no answer. An allowance is the one JSON object that a hook prints, and nothing else: the lines of a log may
        // be the words of the very call that the hook is asked about.
        var output = Read(text, exitCode, isCut);
        if (printed.Length == 0 || exitCode != 0 || isCut || FromJson(text) is null)
        {
            output = output?.WithoutAllowance();
        }

        return exitCode switch
        {
            0 or 1 when output is not null => output,
            0 or 1 when printed.Contains('{', StringComparison.Ordinal) || errors.StartsWith('{') => Broken(text),
            0 => new HookOutput { Decision = "allow", Reason = "The hook succeeded.", SystemMessage = text },
            1 => new HookOutput { Decision = "allow", Reason = $"Non-blocking error: {text}", SystemMessage = $"Warning: {text}" },
            _ => output is { Decides: true } ? output : new HookOutput { Decision = "deny", Reason = text },
        };
    }

    /// <summary>Returns the output of a hook that meant to answer by JSON and printed something else.</summary>
    /// <param name="text">What it printed.</param>
    public static HookOutput Broken(string text)
    {
        var shown = (text.Length > MaxShown ? text[..MaxShown] + "…" : text).ReplaceLineEndings(" ");
        return new() { Fault = $"printed \"{shown}\", which holds a '{{' and is not one JSON object" };
    }

    /// <summary>Returns the output of a function that returned something else than a JSON object.</summary>
    /// <param name="text">What it returned.</param>
    public static HookOutput Unreadable(string text)
    {
        var shown = (text.Length > MaxShown ? text[..MaxShown] + "…" : text).ReplaceLineEndings(" ");
        return new() { Fault = $"returned \"{shown}\", which is not one JSON object" };
    }

    private static HookOutput? Read(string text, int exitCode, bool isCut) =>
        text.Length == 0 ? null : FromJson(text) ?? FromLines(text, isWhole: exitCode == 0 && !isCut)
            ?? (isCut && text.StartsWith('{') ? FromBeginning(text) : null);

    /// <summary>Reads an output object, or one that is encoded as a string.</summary>
    /// <returns>The output; <c>null</c> if the text is not one.</returns>
    public static HookOutput? FromJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            var root = document.RootElement;
            if (root.ValueKind is JsonValueKind.String)
            {
                using var inner = JsonDocument.Parse(root.GetString()!, Lenient);
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
        var reader = new Utf8JsonReader(text, LenientReader);
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

    /// <summary>Returns a text without what is meant for a terminal or an editor.</summary>
    public static string Clean(string text) =>
        Escapes().Replace(text.Replace("\0", string.Empty, StringComparison.Ordinal), string.Empty).Trim().Trim('\ufeff').Trim();

    [GeneratedRegex(@"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])")]
    private static partial Regex Escapes();
}
