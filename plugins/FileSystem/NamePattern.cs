using System.IO.Enumeration;

namespace QwenCode.Plugin.FileSystem;

/// <summary>A name in which <c>*</c> and <c>?</c>, and nothing else, are special.</summary>
internal sealed class NamePattern(string pattern)
{
    // The matcher knows a backslash as an escape.
    private readonly string _expression = pattern.Replace("\\", "\\\\", StringComparison.Ordinal);

    /// <summary>Says whether a whole name fits.</summary>
    public bool IsMatch(string name) => FileSystemName.MatchesSimpleExpression(_expression, name, ignoreCase: false);
}
