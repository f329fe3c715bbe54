namespace QwenCode.Plugin.Search.Grep;

/// <summary>What all threads found, in the order of paths. Only what can still be shown is kept; the rest is counted.</summary>
/// <param name="mostLines">How many lines can be shown.</param>
/// <param name="mostCharacters">How many characters can be shown.</param>
internal sealed class FoundLines(int mostLines, int mostCharacters)
{
    private readonly SortedSet<FileMatches> _files =
        new(Comparer<FileMatches>.Create(static (left, right) => string.CompareOrdinal(left.Path, right.Path)));
    private readonly Lock _lock = new();
    private long _lines;
    private long _characters;

    /// <summary>Gets how many lines match in all.</summary>
    public long Count { get; private set; }

    /// <summary>Gets how many lines of one file need be kept.</summary>
    public int MostLines => mostLines;

    /// <summary>Gets how many characters of a line need be kept.</summary>
    public int MostCharacters => mostCharacters;

    /// <summary>Gets the files, in order.</summary>
    public IEnumerable<FileMatches> Files => _files;

    /// <summary>Takes in what was found in a file.</summary>
    public void Add(FileMatches matches)
    {
        lock (_lock)
        {
            Count += matches.Count;
            if (!_files.Add(matches))
            {
                return;
            }

            _lines += matches.Lines.Count;
            _characters += Characters(matches);

            // The last file is not needed if those before it fill what can be shown.
            while (_files.Max is { } last && _files.Count > 1
                && (_lines - last.Lines.Count >= mostLines || _characters - Characters(last) > mostCharacters))
            {
                _files.Remove(last);
                _lines -= last.Lines.Count;
                _characters -= Characters(last);
            }
        }
    }

    private static long Characters(FileMatches matches) => matches.Lines.Sum(static line => (long)line.Text.Length);
}
