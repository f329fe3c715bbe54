using QwenCode.Platform.Text;
using QwenCode.Workspaces;

namespace QwenCode.Permissions.Matching;

/// <summary>
/// Compares paths with the path specifiers of rules, by the files of one moment: what it has looked up it does not look up again.
/// </summary>
/// <param name="workspace">The workspace that relative specifiers start from.</param>
internal sealed class PathRule(Workspace workspace)
{
    private readonly Dictionary<(string, bool), List<RulePattern>> _patterns = [];
    private readonly Dictionary<(string, bool), GlobSymbol[][]> _subjects = [];

    private const int MaxAlternatives = 64;

    private static readonly GlobSymbol Below = new(GlobSymbolKind.Anything);

    /// <summary>Returns whether a restricting rule applies to a path. One matching spelling of the path is enough.</summary>
    /// <param name="specifier">The rule's specifier.</param>
    /// <param name="path">An absolute path, dots allowed; with wildcards if <paramref name="isPattern"/>.</param>
    /// <param name="isPattern">Whether the path contains wildcards.</param>
    public bool Restricts(string specifier, string path, bool isPattern)
    {
        var patterns = Patterns(specifier, coversBelow: true);
        return Array.Exists(Subjects(path, isPattern),
            subject => patterns.Exists(pattern => pattern.Meets(subject, PathCandidates.IgnoresCase)));
    }

    /// <summary>Returns whether a restricting rule applies to anything below a path.</summary>
    public bool RestrictsBelow(string specifier, string path, bool isPattern)
    {
        var patterns = Patterns(specifier, coversBelow: true);
        return Array.Exists(Subjects(path, isPattern), subject => patterns.Exists(pattern =>
            pattern.Meets(
                [.. subject, .. IsRoot(subject) ? (GlobSymbol[])[Below] : [GlobSymbol.Of('/'), Below]], PathCandidates.IgnoresCase)));
    }

    /// <summary>Returns a function that tells whether no restricting rule applies to a path with its links resolved.</summary>
    /// <param name="specifiers">The specifiers of the rules.</param>
    /// <param name="workspace">The workspace that relative specifiers start from.</param>
    public static Func<string, bool> Unrestricted(IReadOnlyList<string> specifiers, Workspace workspace)
    {
        var patterns = specifiers.SelectMany(specifier => Compile(specifier, workspace, coversBelow: true)).ToArray();
        return path =>
        {
            var plain = PathCandidates.Normalize(path);
            var composed = LetterForms.Compose(plain);
            return !Forbids(plain) && (ReferenceEquals(composed, plain) || !Forbids(composed));
        };

        bool Forbids(string path)
        {
            var subject = GlobSymbol.Literal(path);
            return Array.Exists(patterns, pattern => pattern.Meets(subject, PathCandidates.IgnoresCase));
        }
    }

    /// <summary>Returns whether a rule allows a path. Every spelling of the path must match.</summary>
    public bool Allows(string specifier, string path)
    {
        var patterns = Patterns(specifier, coversBelow: false);
        return Array.TrueForAll(Subjects(path, isPattern: false), subject => patterns.Exists(pattern => pattern.Covers(subject)));
    }

    private static bool IsRoot(GlobSymbol[] subject) => subject is [.., { Kind: GlobSymbolKind.Char, Value: '/' }];

    private GlobSymbol[][] Subjects(string path, bool isPattern) => _subjects.TryGetValue((path, isPattern), out var known) ? known
        : _subjects[(path, isPattern)] = [.. Find(path, isPattern)];

    private List<RulePattern> Patterns(string specifier, bool coversBelow) => _patterns.TryGetValue((specifier, coversBelow), out var known)
        ? known : _patterns[(specifier, coversBelow)] = Compile(specifier, workspace, coversBelow);

    private static IEnumerable<GlobSymbol[]> Find(string path, bool isPattern)
    {
        if (!isPattern)
        {
            var spellings = PathCandidates.Of(path);
            return spellings.Concat(spellings.Select(LetterForms.Compose)).Distinct(StringComparer.Ordinal).Select(GlobSymbol.Literal);
        }

        // The directory before the first wildcard exists and may be a link; only text can be compared after it.
        var wildcard = FirstWildcard(path);
        var slash = path.LastIndexOf('/', wildcard);
        var rest = PathCandidates.Normalize("/" + path[(slash + 1)..]);
        var directory = slash <= 0 ? "/" : path[..slash].Replace("\0", string.Empty, StringComparison.Ordinal);
        return PathCandidates.Of(directory).Select(candidate => GlobSymbol.Path(Escape(candidate.TrimEnd('/')) + rest))
            .Append(GlobSymbol.Path(PathCandidates.Normalize(path)))
            .Concat(LinkExpansion.Of(path)?.Select(GlobSymbol.Path) ?? [[GlobSymbol.Of('/'), new GlobSymbol(GlobSymbolKind.Anything)]]);
    }

    private static string Escape(string text) =>
        text.Replace("*", "\0*", StringComparison.Ordinal).Replace("?", "\0?", StringComparison.Ordinal)
            .Replace("[", "\0[", StringComparison.Ordinal);

    private static int FirstWildcard(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] is '*' or '?' or '[' && (i == 0 || path[i - 1] is not '\0'))
            {
                return i;
            }
        }

        return path.Length - 1;
    }

    private static List<RulePattern> Compile(string specifier, Workspace workspace, bool coversBelow)
    {
        var patterns = new List<RulePattern>();
        foreach (var alternative in Braces(specifier.Replace('\\', '/')))
        {
            var text = Absolute(alternative, workspace);
            Add(patterns, text, coversBelow);
            // A name can be written in two ways that look alike and, on some file systems, are one file.
            if (LetterForms.Compose(text) is var composed && composed != text)
            {
                Add(patterns, composed, coversBelow);
            }

            // A rule for a link also applies to its target.
            var resolved = Resolve(text);
            if (resolved != text)
            {
                Add(patterns, resolved, coversBelow);
            }
        }

        return patterns;
    }

    private static void Add(List<RulePattern> patterns, string text, bool coversBelow)
    {
        var last = text[(text.LastIndexOf('/') + 1)..];
        patterns.Add(RulePattern.ForPath(text, coversBelow && !last.Any("*?[".Contains)));
    }

    private static string Absolute(string specifier, Workspace workspace)
    {
        var root = workspace.Root.Replace('\\', '/').TrimEnd('/');
        var text = specifier switch
        {
            ['/', '/', ..] => specifier[1..],
            "~" or ['~', '/', ..] => Workspace.HomeDirectory.Replace('\\', '/').TrimEnd('/') + specifier[1..],
            ['/', ..] => root + specifier,
            _ => root + "/" + specifier,
        };
        return PathCandidates.Normalize(text);
    }

    private static string Resolve(string text)
    {
        var wildcard = text.AsSpan().IndexOfAny('*', '?', '[');
        var end = wildcard < 0 ? text.Length : text.LastIndexOf('/', wildcard);
        return end <= 0 ? text : Workspace.RealPath(text[..end]).Replace('\\', '/').TrimEnd('/') + text[end..];
    }

    private static List<string> Braces(string text)
    {
        var done = new List<string>();
        var pending = new Stack<string>([text]);
        while (pending.TryPop(out var item))
        {
            var close = item.IndexOf('}', StringComparison.Ordinal);
            var open = close < 0 ? -1 : item.LastIndexOf('{', close);
            if (open < 0 || !item.AsSpan(open, close - open).Contains(',') || done.Count + pending.Count > MaxAlternatives)
            {
                done.Add(item);
                continue;
            }

            foreach (var choice in item[(open + 1)..close].Split(','))
            {
                pending.Push(item[..open] + choice + item[(close + 1)..]);
            }
        }

        return done;
    }
}
