namespace QwenCode.Permissions.Files;

/// <summary>One block of a table: the names of programs, and below them lines that each begin with a key.</summary>
/// <param name="title">The line with the names.</param>
internal sealed class ProgramBlock(string title)
{
    private readonly Dictionary<string, List<string>> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _sets = new(StringComparer.Ordinal);

    /// <summary>Gets the line with the names.</summary>
    public string Title => title;

    /// <summary>Gets the names of the programs.</summary>
    public string[] Names { get; } = title.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Returns the words of a key; empty if it is not there.</summary>
    public IReadOnlyList<string> Words(string key) => _words.GetValueOrDefault(key) ?? [];

    /// <summary>Returns whether a key is there.</summary>
    public bool Has(string key) => _words.ContainsKey(key);

    /// <summary>Returns whether a word is among those of a key.</summary>
    public bool Has(string key, string word) => _sets.TryGetValue(key, out var set) && set.Contains(word);

    /// <summary>Takes over one line; a key may have several.</summary>
    public void Add(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!_words.TryGetValue(words[0], out var known))
        {
            _words[words[0]] = known = [];
            _sets[words[0]] = new HashSet<string>(StringComparer.Ordinal);
        }

        known.AddRange(words[1..]);
        _sets[words[0]].UnionWith(words[1..]);
    }
}
