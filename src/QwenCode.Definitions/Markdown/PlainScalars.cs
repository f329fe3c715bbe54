using System.Buffers;
using System.Text;

namespace QwenCode.Definitions.Markdown;

/// <summary>Reads the scalars that need no YAML reader; gives up on all others.</summary>
internal static class PlainScalars
{
    private static readonly SearchValues<char> FlowMarks = SearchValues.Create("[]{}:#\\");

    /// <summary>Reads a quoted text that takes the whole of <paramref name="text"/>, a comment behind it apart.</summary>
    public static string? Unquote(string text)
    {
        if (text.Length < 2 || text[0] is not ('"' or '\''))
        {
            return null;
        }

        var quote = text[0];
        var result = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && quote == '"')
            {
                if (++i == text.Length || Escape(text[i]) is not { } character)
                {
                    return null;
                }

                result.Append(character);
            }
            else if (text[i] != quote)
            {
                result.Append(text[i]);
            }
            else if (quote == '\'' && i + 1 < text.Length && text[i + 1] == '\'')
            {
                result.Append('\'');
                i++;
            }
            else
            {
                return IsNothingOrComment(text.AsSpan(i + 1)) ? result.ToString() : null;
            }
        }

        return null;
    }

    /// <summary>Reads a list's item: quoted, or plain with nothing in it that means something to YAML.</summary>
    public static FrontMatterValue? Item(string text, int line)
    {
        if (Unquote(text) is { } quoted)
        {
            return FrontMatterValue.Scalar(quoted, isQuoted: true, line);
        }

        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        var plain = comment < 0 ? text : text[..comment].TrimEnd();

        // A lone star is "everything" here, and no alias.
        return plain == "*" || (plain.Length > 0 && IsPlain(plain)) ? FrontMatterValue.Scalar(plain, isQuoted: false, line) : null;
    }

    /// <summary>Reads <c>[a, b]</c> if no item holds brackets or separators.</summary>
    public static FrontMatterValue? FlowList(string text, int line)
    {
        if (text.Length < 2 || text[0] != '[' || text[^1] != ']' || text.AsSpan(1, text.Length - 2).IndexOfAny(FlowMarks) >= 0)
        {
            return null;
        }

        var list = FrontMatterValue.List(line);
        var inner = text[1..^1].Trim();
        if (inner.Length == 0)
        {
            return list;
        }

        var parts = inner.Split(',');
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i].Trim();
            if (part.Length == 0 && i == parts.Length - 1)
            {
                break;   // a comma at the end adds nothing
            }

            if (Item(part, line) is not { } item)
            {
                return null;
            }

            list.Items!.Add(item);
        }

        return list;
    }

    /// <summary>Returns whether a text is a plain scalar to YAML as well.</summary>
    public static bool IsPlain(string text) =>
        text[0] is not ('[' or ']' or '{' or '}' or '"' or '\'' or '|' or '>' or '&' or '*' or '!' or '%' or '@' or '`' or '#' or ',')
        && text is not ("-" or "?" or ":")
        && !text.StartsWith("- ", StringComparison.Ordinal) && !text.StartsWith("? ", StringComparison.Ordinal)
        && !text.StartsWith(": ", StringComparison.Ordinal)
        && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal)
        && !text.Contains('\t', StringComparison.Ordinal)
        && text[^1] != ':';

    private static bool IsNothingOrComment(ReadOnlySpan<char> rest) =>
        rest.Trim().IsEmpty || (rest[0] is ' ' && rest.TrimStart()[0] == '#');

    private static char? Escape(char escaped) => escaped switch
    {
        '"' => '"',
        '\\' => '\\',
        '/' => '/',
        'n' => '\n',
        't' => '\t',
        _ => null,
    };
}
