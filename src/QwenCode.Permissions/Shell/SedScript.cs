namespace QwenCode.Permissions.Shell;

/// <summary>
/// Parses a sed script far enough to know that it writes no file and runs no program. Unknown commands count as doing so.
/// </summary>
internal static class SedScript
{
    private const string PlainOptions = "nErszu";

    /// <summary>Returns whether the scripts in the arguments write and start nothing. Options are not checked.</summary>
    public static bool IsHarmless(string[] arguments)
    {
        var scripts = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var text = arguments[i];
            if (text.StartsWith("--e", StringComparison.Ordinal))
            {
                scripts.Add(text.Contains('=', StringComparison.Ordinal) ? text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]
                    : arguments.ElementAtOrDefault(++i) ?? string.Empty);
            }
            else if (text is ['-', not '-', ..] && text.IndexOf('e', StringComparison.Ordinal) is > 0 and var at
                && !text.AsSpan(0, at).ContainsAny('i', 'f', 'l'))
            {
                scripts.Add(at + 1 < text.Length ? text[(at + 1)..] : arguments.ElementAtOrDefault(++i) ?? string.Empty);
            }
        }

        if (scripts.Count == 0 && !Array.Exists(arguments, static text =>
            text is "-f" or "--file" || text.StartsWith("--file=", StringComparison.Ordinal)))
        {
            scripts.AddRange(arguments.Where(static text => !text.StartsWith('-')).Take(1));
        }

        return scripts.TrueForAll(IsHarmless);
    }

    public static bool IsReadOnly(string[] arguments)
    {
        var scripts = new List<string>();
        string? first = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            var text = arguments[i];
            if (text is "-e" or "--expression")
            {
                if (++i < arguments.Length)
                {
                    scripts.Add(arguments[i]);
                }
            }
            else if (text.StartsWith("--expression=", StringComparison.Ordinal))
            {
                scripts.Add(text["--expression=".Length..]);
            }
            else if (text is "--quiet" or "--silent" or "--regexp-extended" or "--null-data" or "--separate" or "--unbuffered" or "--posix"
                or "--debug" or "--sandbox")
            {
                continue;
            }
            else if (text is ['-', not '-', ..] && text.Length > 1)
            {
                if (text.EndsWith('e') && text[1..^1].All(PlainOptions.Contains) && i + 1 < arguments.Length)
                {
                    scripts.Add(arguments[++i]);
                }
                else if (!text[1..].All(PlainOptions.Contains))
                {
                    return false;
                }
            }
            else if (text.StartsWith("--", StringComparison.Ordinal))
            {
                return false;
            }
            else
            {
                first ??= text;
            }
        }

        if (scripts.Count == 0 && first is not null)
        {
            scripts.Add(first);
        }

        return scripts.TrueForAll(IsHarmless);
    }

    private static bool IsHarmless(string script)
    {
        var at = 0;
        while (at < script.Length)
        {
            while (at < script.Length && script[at] is ' ' or '\t' or '\n' or ';' or '{' or '}')
            {
                at++;
            }

            if (at >= script.Length)
            {
                return true;
            }

            if (!SkipAddress(script, ref at))
            {
                return false;
            }

            if (at >= script.Length)
            {
                return false;
            }

            switch (script[at++])
            {
                case 'p' or 'd' or '=' or 'n' or 'N' or 'D' or 'P' or 'h' or 'H' or 'g' or 'G' or 'x' or 'l' or 'z' or 'q' or 'Q' or '{'
                    or '}':
                    while (at < script.Length && (char.IsAsciiDigit(script[at]) || script[at] is ' '))
                    {
                        at++;
                    }

                    if (at < script.Length && script[at] is not (';' or '\n' or '}') && script[at - 1] is not ('{' or ' '))
                    {
                        return false;
                    }

                    break;
                case 's' when SkipParts(script, ref at):
                    while (at < script.Length && (char.IsAsciiDigit(script[at])
                        || script[at] is 'g' or 'p' or 'i' or 'I' or 'm' or 'M' or ' '))
                    {
                        at++;
                    }

                    if (at < script.Length && script[at] is not (';' or '\n' or '}'))
                    {
                        return false;
                    }

                    break;
                case 'y' when SkipParts(script, ref at):
                    break;
                case 'a' or 'i' or 'c':
                    SkipText(script, ref at);
                    break;
                case 'b' or 't' or 'T' or ':':
                    at = script.AsSpan(at).IndexOfAny(';', '\n', '}') is >= 0 and var end ? at + end : script.Length;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>Skips inserted text: to the end of the line, unless the line end is escaped.</summary>
    private static void SkipText(string script, ref int at)
    {
        for (; at < script.Length && script[at] is not '\n'; at++)
        {
            at += script[at] is '\\' ? 1 : 0;
        }
    }

    private static bool SkipAddress(string script, ref int at)
    {
        while (at < script.Length)
        {
            var c = script[at];
            if (char.IsAsciiDigit(c) || c is '$' or ',' or '~' or '+' or '!' or ' ')
            {
                at++;
            }
            else if (c is '/')
            {
                at++;
                if (!SkipUntil(script, '/', ref at))
                {
                    return false;
                }

                while (at < script.Length && script[at] is 'I' or 'M')
                {
                    at++;
                }
            }
            else
            {
                return c is not '\\';
            }
        }

        return true;
    }

    private static bool SkipParts(string script, ref int at)
    {
        if (at >= script.Length || script[at] is '\\' or '\n')
        {
            return false;
        }

        var delimiter = script[at++];
        return SkipUntil(script, delimiter, ref at) && SkipUntil(script, delimiter, ref at);
    }

    /// <summary>
    /// Skips past a delimiter. Where a bracket list ends depends on what is in it, so a script with one is rejected if the delimiter
    /// comes before the list has surely ended.
    /// </summary>
    private static bool SkipUntil(string script, char delimiter, ref int at)
    {
        for (; at < script.Length; at++)
        {
            if (script[at] is '\\')
            {
                at++;
            }
            else if (script[at] is '[' && delimiter is not '[')
            {
                // A ] right after [ or [^ is a character of the list, and classes such as [:alpha:] have brackets of their own.
                var start = at + 1 < script.Length && script[at + 1] is '^' ? at + 2 : at + 1;
                var end = start < script.Length ? script.IndexOf(']', start + 1) : -1;
                if (start >= script.Length || script[start] is ']' || end < 0
                    || script.AsSpan(start, end - start).IndexOfAny([delimiter, '[', '\n', '\\']) >= 0)
                {
                    return false;
                }

                at = end;
            }
            else if (script[at] == delimiter)
            {
                at++;
                return true;
            }
        }

        return false;
    }
}
