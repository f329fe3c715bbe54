namespace QwenCode.Plugin.Search.Grep;

/// <summary>The matching lines of one file.</summary>
/// <param name="path">The file.</param>
internal sealed class FileMatches(string path)
{
    /// <summary>Gets the file.</summary>
    public string Path { get; } = path;

    /// <summary>Gets the first of the lines: as many as can be shown.</summary>
    public List<(long Number, string Text)> Lines { get; } = [];

    /// <summary>Gets or sets how many lines match.</summary>
    public long Count { get; set; }
}
