namespace QwenCode.Workspaces;

/// <summary>
/// A pattern for relative paths: <c>*</c> and <c>?</c> within a name, <c>[…]</c> for one of several characters, <c>**</c> for any number
/// of directories, <c>{a,b}</c> for alternatives, <c>\</c> before a character that is meant as it stands. Names that begin with a dot are
/// names like any other. Immutable, and safe to use from several threads.
/// </summary>
public sealed class GlobPattern
{
    private const int MostSegments = 60;

    private readonly Segment[][] _paths;

    private GlobPattern(Segment[][] paths) => _paths = paths;

    /// <summary>Gets a walk that stands at the directory the pattern is relative to.</summary>
    public GlobCursor Start
    {
        get
        {
            var states = new ulong[_paths.Length];
            for (var i = 0; i < states.Length; i++)
            {
                states[i] = Close(_paths[i], 1);
            }

            return new GlobCursor(this, states);
        }
    }

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern, with <c>/</c> between names.</param>
    /// <param name="casing">Whether case counts.</param>
    /// <exception cref="FormatException">The braces stand for too many alternatives, or the path has too many parts.</exception>
    public static GlobPattern Parse(string pattern, GlobCase casing = GlobCase.Sensitive)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new GlobPattern([.. BraceExpansion.Expand(pattern).Select(path => Split(path, casing, strict: false))]);
    }

    /// <summary>Returns whether a relative path fits.</summary>
    /// <param name="path">The path, with <c>/</c> between names.</param>
    public bool IsMatch(ReadOnlySpan<char> path)
    {
        foreach (var segments in _paths)
        {
            if (IsMatch(segments, path))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a path pattern of an ignore file: no braces, and a malformed part matches nothing.</summary>
    internal static GlobPattern ParseIgnoreRule(string pattern, GlobCase casing) => new([Split(pattern, casing, strict: true)]);

    internal bool Matches(ulong[] states, ReadOnlySpan<char> name)
    {
        for (var i = 0; i < states.Length; i++)
        {
            if (states[i] != 0 && Accepts(_paths[i], states[i], name))
            {
                return true;
            }
        }

        return false;
    }

    internal bool TryEnter(ulong[] states, ReadOnlySpan<char> directory, out ulong[] entered)
    {
        var any = 0UL;
        entered = new ulong[states.Length];
        for (var i = 0; i < states.Length; i++)
        {
            any |= entered[i] = states[i] == 0 ? 0 : Step(_paths[i], states[i], directory);
        }

        return any != 0;
    }

    // A path is matched name by name. Bit i of a state says: the first i parts of the pattern are used up. There is
    // no backtracking, so no pattern takes longer than names × parts.
    private static bool IsMatch(Segment[] segments, ReadOnlySpan<char> path)
    {
        var state = Close(segments, 1);
        while (path.IndexOf('/') is var slash and >= 0)
        {
            state = Step(segments, state, path[..slash]);
            if (state == 0)
            {
                return false;
            }

            path = path[(slash + 1)..];
        }

        return Accepts(segments, state, path);
    }

    private static ulong Step(Segment[] segments, ulong state, ReadOnlySpan<char> name)
    {
        var next = 0UL;
        for (var i = 0; i < segments.Length; i++)
        {
            if ((state & (1UL << i)) == 0)
            {
                continue;
            }

            if (segments[i].Name is not { } wildcard)
            {
                next |= 1UL << i;
            }
            else if (i + 1 < segments.Length && wildcard.IsMatch(name))
            {
                next |= 1UL << (i + 1);
            }
        }

        return Close(segments, next);
    }

    private static bool Accepts(Segment[] segments, ulong state, ReadOnlySpan<char> name)
    {
        var last = segments.Length - 1;
        return last >= 0 && (state & (1UL << last)) != 0 && (segments[last].Name is not { } wildcard || wildcard.IsMatch(name));
    }

    // "**" may stand for no directory at all; at the end it stands for at least one name.
    private static ulong Close(Segment[] segments, ulong state)
    {
        for (var i = 0; i + 1 < segments.Length; i++)
        {
            if (segments[i].Name is null && (state & (1UL << i)) != 0)
            {
                state |= 1UL << (i + 1);
            }
        }

        return state;
    }

    private static Segment[] Split(string path, GlobCase casing, bool strict)
    {
        var segments = new List<Segment>();
        foreach (var part in path.Split('/'))
        {
            if (part is ".")
            {
                continue;
            }

            if (part is not "**")
            {
                segments.Add(new Segment(Wildcard.Parse(part, casing, strict)));
            }
            else if (segments.Count == 0 || segments[^1].Name is not null)
            {
                segments.Add(default);
            }
        }

        return segments.Count <= MostSegments
            ? [.. segments] : throw new FormatException($"The pattern has more than {MostSegments} parts.");
    }

    // Without a name it is "**".
    private readonly record struct Segment(Wildcard? Name);
}
