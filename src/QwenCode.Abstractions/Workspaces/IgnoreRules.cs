namespace QwenCode.Workspaces;

/// <summary>The rules of one ignore file, with the syntax and the meaning they have for git. Immutable.</summary>
/// <remarks>
/// Rules that are a plain name or <c>*.extension</c>, which is nearly all, cost one look-up together and not one comparison each.
/// </remarks>
public sealed class IgnoreRules
{
    private readonly Dictionary<string, Place> _names;
    private readonly Dictionary<string, Place> _extensions;
    private readonly Rule[] _others;
    private readonly bool[] _negated;

    private IgnoreRules(Dictionary<string, Place> names, Dictionary<string, Place> extensions, Rule[] others, bool[] negated) =>
        (_names, _extensions, _others, _negated) = (names, extensions, others, negated);

    /// <summary>Gets whether there is no rule at all.</summary>
    public bool IsEmpty => _negated.Length == 0;

    /// <summary>Gets how names are compared here: as the usual file system of this operating system does.</summary>
    internal static GlobCase PlatformCase { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? GlobCase.Ignore : GlobCase.Sensitive;

    /// <summary>Reads rules.</summary>
    /// <param name="text">The content of an ignore file.</param>
    public static IgnoreRules Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var comparer = PlatformCase is GlobCase.Ignore ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var names = new Dictionary<string, Place>(comparer);
        var extensions = new Dictionary<string, Place>(comparer);
        var others = new List<Rule>();
        var negated = new List<bool>();
        var content = text.AsSpan().TrimStart('\ufeff');
        foreach (var range in content.Split('\n'))
        {
            var line = content[range];
            Add(line.EndsWith("\r") ? line[..^1] : line, names, extensions, others, negated);
        }

        return new IgnoreRules(names, extensions, [.. others], [.. negated]);
    }

    /// <summary>
    /// Returns what the rules have to say of a path. The last rule that fits decides; directories above are not looked at.
    /// </summary>
    /// <param name="path">The path relative to the ignore file's directory, with <c>/</c> between names.</param>
    /// <param name="kind">What the path names.</param>
    /// <returns><c>true</c> to ignore it, <c>false</c> to take it back in, <c>null</c> if no rule fits.</returns>
    public bool? Judge(ReadOnlySpan<char> path, PathKind kind)
    {
        var slash = path.LastIndexOf('/') + 1;
        return Judge(path[..slash], path[slash..], kind);
    }

    internal bool? Judge(ReadOnlySpan<char> directory, ReadOnlySpan<char> name, PathKind kind)
    {
        var found = -1;
        if (_names.Count > 0 && _names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var place))
        {
            found = place.Last(kind);
        }

        if (_extensions.Count > 0 && name.LastIndexOf('.') is var dot and >= 0
            && _extensions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[dot..], out place))
        {
            found = Math.Max(found, place.Last(kind));
        }

        for (var i = _others.Length - 1; i >= 0 && _others[i].Index > found; i--)
        {
            if (_others[i].IsMatch(directory, name, kind))
            {
                found = _others[i].Index;
            }
        }

        return found < 0 ? null : !_negated[found];
    }

    private static void Add(
        ReadOnlySpan<char> line, Dictionary<string, Place> names, Dictionary<string, Place> extensions, List<Rule> others,
        List<bool> negated)
    {
        line = TrimTrailingSpaces(line);
        if (line.IsEmpty || line[0] is '#')
        {
            return;
        }

        var isNegated = line[0] is '!';
        line = isNegated ? line[1..] : line;
        var directoriesOnly = line.EndsWith("/");
        line = directoriesOnly ? line[..^1] : line;
        var isPath = line.Contains('/');
        line = line.StartsWith("/") ? line[1..] : line;
        if (line.IsEmpty)
        {
            return;
        }

        var index = negated.Count;
        negated.Add(isNegated);
        var wildcard = isPath ? null : Wildcard.Parse(line, PlatformCase, strict: true);
        if (wildcard?.Literal is { } literal)
        {
            names[literal] = names.GetValueOrDefault(literal, Place.None).With(index, directoriesOnly);
        }
        else if (wildcard?.AnySuffix is ['.', ..] suffix && suffix.LastIndexOf('.') == 0)
        {
            extensions[suffix] = extensions.GetValueOrDefault(suffix, Place.None).With(index, directoriesOnly);
        }
        else if (wildcard is not null)
        {
            others.Add(new Rule(index, directoriesOnly, wildcard, null, null));
        }
        else if (!Wildcard.IsPattern(line))
        {
            others.Add(new Rule(index, directoriesOnly, null, line.ToString(), null));
        }
        else
        {
            var text = line.ToString();

            // A rule with more parts than a path can be walked by fits nothing that exists.
            var path = text.Count('/') < 60 ? GlobPattern.ParseIgnoreRule(text, PlatformCase) : null;
            if (path is not null)
            {
                others.Add(new Rule(index, directoriesOnly, null, null, path));
            }
        }
    }

    private static ReadOnlySpan<char> TrimTrailingSpaces(ReadOnlySpan<char> line)
    {
        while (line.EndsWith(" "))
        {
            var escapes = 0;
            while (escapes < line.Length - 1 && line[^(escapes + 2)] is '\\')
            {
                escapes++;
            }

            if (escapes % 2 == 1)
            {
                break;
            }

            line = line[..^1];
        }

        return line;
    }

    private readonly record struct Place(int Any, int DirectoriesOnly)
    {
        public static Place None => new(-1, -1);

        public Place With(int index, bool directoriesOnly) =>
            directoriesOnly ? this with { DirectoriesOnly = index } : this with { Any = index };

        public int Last(PathKind kind) => kind is PathKind.Directory ? Math.Max(Any, DirectoriesOnly) : Any;
    }

    private readonly record struct Rule(int Index, bool DirectoriesOnly, Wildcard? Name, string? Literal, GlobPattern? Path)
    {
        public bool IsMatch(ReadOnlySpan<char> directory, ReadOnlySpan<char> name, PathKind kind)
        {
            if (DirectoriesOnly && kind is not PathKind.Directory)
            {
                return false;
            }

            if (Name is not null)
            {
                return Name.IsMatch(name);
            }

            if (Literal is not null)
            {
                var comparison = PlatformCase is GlobCase.Ignore ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
                return Literal.Length == directory.Length + name.Length
                    && Literal.AsSpan().EndsWith(name, comparison) && Literal.AsSpan().StartsWith(directory, comparison);
            }

            Span<char> whole = directory.Length + name.Length <= 512
                ? stackalloc char[directory.Length + name.Length] : new char[directory.Length + name.Length];
            directory.CopyTo(whole);
            name.CopyTo(whole[directory.Length..]);
            return Path!.IsMatch(whole);
        }
    }
}
