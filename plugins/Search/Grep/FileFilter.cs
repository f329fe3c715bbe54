using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>
/// Which files are searched: those that fit a pattern, or with <c>!</c> before it those that do not. A pattern without a slash is
/// for names, one with a slash for paths from the searched directory or from the project's root. Files with a dot before their name are
/// files like any other, as for a glob.
/// </summary>
internal sealed class FileFilter
{
    private readonly GlobPattern? _pattern;
    private readonly bool _isNegated;
    private readonly string _prefix;

    private FileFilter(GlobPattern? pattern, bool isNegated, bool needsPaths, string prefix)
    {
        _pattern = pattern;
        _isNegated = isNegated;
        NeedsPaths = needsPaths;
        _prefix = prefix;
    }

    /// <summary>Gets whether the way to a directory has to be known.</summary>
    public bool NeedsPaths { get; }

    /// <summary>Reads a filter.</summary>
    /// <param name="pattern">The pattern, or nothing for all files.</param>
    /// <param name="prefix">The way from the project's root to the searched directory, with a slash at its end; empty where they
    /// are the same or apart.</param>
    /// <exception cref="FormatException">The pattern is too large.</exception>
    public static FileFilter Parse(string? pattern, string prefix)
    {
        if (string.IsNullOrEmpty(pattern))
        {
            return new FileFilter(null, isNegated: false, needsPaths: false, string.Empty);
        }

        var isNegated = pattern[0] == '!';
        var text = isNegated ? pattern[1..] : pattern;
        var needsPaths = text.Contains('/', StringComparison.Ordinal);
        text = text.StartsWith('/') ? text[1..] : text;

        // A directory alone stands for all in it.
        text = text.EndsWith('/') ? text + "**" : text;
        return new FileFilter(GlobPattern.Parse(text), isNegated, needsPaths, prefix);
    }

    /// <summary>Says whether a file is searched.</summary>
    public bool Wants(string directory, string file)
    {
        if (_pattern is null)
        {
            return true;
        }

        if (!NeedsPaths)
        {
            return _pattern.IsMatch(file) != _isNegated;
        }

        var path = directory + file;
        return (_pattern.IsMatch(path) || (_prefix.Length > 0 && _pattern.IsMatch(_prefix + path))) != _isNegated;
    }
}
