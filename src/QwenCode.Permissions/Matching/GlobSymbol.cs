using QwenCode.Permissions.Shell;

namespace QwenCode.Permissions.Matching;

/// <summary>One position of the text that a pattern is compared with.</summary>
/// <param name="Kind">What is known about it.</param>
/// <param name="Value">The character, if known.</param>
internal readonly record struct GlobSymbol(GlobSymbolKind Kind, char Value = '\0')
{
    public static GlobSymbol Of(char value) => new(GlobSymbolKind.Char, value);

    /// <summary>Converts a text without wildcards.</summary>
    public static GlobSymbol[] Literal(string text) => Array.ConvertAll(text.ToCharArray(), Of);

    /// <summary>Converts a path. An unquoted wildcard stands for what it matches; after a NUL it stands for itself.</summary>
    public static GlobSymbol[] Path(string text)
    {
        var symbols = new List<GlobSymbol>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\0' && i + 1 < text.Length)
            {
                symbols.Add(Of(text[++i]));
            }
            else if (text[i] is '[' && text.IndexOf(']', i + 1) is > 0 and var close && close > i + 1)
            {
                symbols.Add(new GlobSymbol(GlobSymbolKind.AnyInSegment));   // wider than the list, so a deny rule matches more
                i = close;
            }
            else
            {
                symbols.Add(text[i] switch
                {
                    // With some shell options ** crosses directories, so two stars may match anything.
                    '*' => new GlobSymbol(i + 1 < text.Length && text[i + 1] is '*' ? GlobSymbolKind.Anything
                        : GlobSymbolKind.AnyInSegment),
                    '?' => new GlobSymbol(GlobSymbolKind.AnyInSegment),
                    _ => Of(text[i]),
                });
            }
        }

        return [.. symbols];
    }

    /// <summary>Converts a command: its words, joined by single spaces.</summary>
    public static GlobSymbol[] Command(IReadOnlyList<ShellWord> words)
    {
        var symbols = new List<GlobSymbol>();
        foreach (var word in words)
        {
            if (symbols.Count > 0 || word != words[0])
            {
                symbols.Add(Of(' '));
            }

            // Without its end a bracket is an ordinary character, as in the command of that name.
            var hasList = Array.Exists(word.Chars, static c => c.IsPlain(']'));
            foreach (var c in word.Chars)
            {
                symbols.Add(c.IsDynamic ? new GlobSymbol(GlobSymbolKind.Anything)
                    : c.Kind is WordCharKind.Plain && (c.Value is '*' or '?' || (c.Value is '[' && hasList))
                        ? new GlobSymbol(GlobSymbolKind.Wildcard)
                    : Of(c.Value));
            }
        }

        return [.. symbols];
    }
}

/// <summary>What is known about one position of a text.</summary>
internal enum GlobSymbolKind : byte
{
    /// <summary>Exactly this character.</summary>
    Char,

    /// <summary>Any number of characters other than a slash.</summary>
    AnyInSegment,

    /// <summary>Any text at all.</summary>
    Anything,

    /// <summary>A shell wildcard in a command: any text, including the wildcard itself.</summary>
    Wildcard,
}
