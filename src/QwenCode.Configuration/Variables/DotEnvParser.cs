using System.Text;

namespace QwenCode.Configuration.Variables;

/// <summary>
/// Reads <c>.env</c> files: <c>NAME=value</c>, <c>export</c>, three kinds of quotes (which may span lines) and <c>#</c> comments.
/// </summary>
internal static class DotEnvParser
{
    /// <summary>Reads a file's text. Lines that assign nothing are given to <paramref name="onStray"/> by their number.</summary>
    public static Dictionary<string, string> Parse(string text, Action<int>? onStray = null)
    {
        var variables = new Dictionary<string, string>(EnvironmentVariables.Comparer);
        var source = text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        var line = 0;
        for (var position = 0; position < source.Length;)
        {
            line++;
            var end = EndOfLine(source, position);
            var content = source.AsSpan(position, end - position).Trim();
            if (content.IsEmpty || content[0] == '#')
            {
                position = end + 1;
                continue;
            }

            var equals = source.IndexOf('=', position, end - position);
            if (equals < 0 || NameOf(source.AsSpan(position, equals - position)) is not { } name)
            {
                onStray?.Invoke(line);
                position = end + 1;
                continue;
            }

            var start = equals + 1;
            while (start < end && source[start] is ' ' or '\t')
            {
                start++;
            }

            if (start < end && source[start] is '"' or '\'' or '`' && ClosingQuote(source, start) is { } close)
            {
                var quoted = source[(start + 1)..close];
                variables[name] = source[start] == '"' ? Unescape(quoted) : quoted;
                line += quoted.AsSpan().Count('\n');
                position = EndOfLine(source, close) + 1;
                continue;
            }

            var value = source.AsSpan(start, end - start);
            var comment = value.IndexOf('#');
            variables[name] = (comment < 0 ? value : value[..comment]).Trim().ToString();
            position = end + 1;
        }

        return variables;
    }

    private static string? NameOf(ReadOnlySpan<char> text)
    {
        var name = text.Trim();
        if (name.StartsWith("export ") || name.StartsWith("export\t"))
        {
            name = name["export".Length..].Trim();
        }

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '.' or '-'))
            {
                return null;
            }
        }

        return name.IsEmpty ? null : name.ToString();
    }

    private static int? ClosingQuote(string source, int open)
    {
        for (var i = open + 1; i < source.Length; i++)
        {
            if (source[i] == '\\' && source[open] == '"')
            {
                i++;
            }
            else if (source[i] == source[open])
            {
                return i;
            }
        }

        return null;
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            _ = text[i] switch
            {
                'n' => result.Append('\n'),
                'r' => result.Append('\r'),
                '"' => result.Append('"'),
                _ => result.Append('\\').Append(text[i]),
            };
        }

        return result.ToString();
    }

    private static int EndOfLine(string source, int position)
    {
        var end = source.IndexOf('\n', position);
        return end < 0 ? source.Length : end;
    }
}
