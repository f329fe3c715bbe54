namespace QwenCode.Workspaces;

/// <summary>
/// Where a walk through a directory tree stands in a <see cref="GlobPattern"/>: it knows which directories cannot hold a match.
/// </summary>
public readonly struct GlobCursor
{
    private readonly GlobPattern? _pattern;
    private readonly ulong[]? _states;

    internal GlobCursor(GlobPattern pattern, ulong[] states) => (_pattern, _states) = (pattern, states);

    /// <summary>Returns whether a file of this directory fits.</summary>
    /// <param name="name">The file's name.</param>
    public bool Matches(ReadOnlySpan<char> name) => _pattern is { } pattern && pattern.Matches(_states!, name);

    /// <summary>Goes into a directory.</summary>
    /// <param name="name">The directory's name.</param>
    /// <param name="cursor">The walk as it stands there.</param>
    /// <returns>Whether anything in there can fit.</returns>
    public bool TryEnter(ReadOnlySpan<char> name, out GlobCursor cursor)
    {
        // The result may be stored where this value stands, so it is set last.
        if (_pattern is { } pattern && pattern.TryEnter(_states!, name, out var states))
        {
            cursor = new GlobCursor(pattern, states);
            return true;
        }

        cursor = default;
        return false;
    }
}
