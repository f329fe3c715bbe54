namespace QwenCode.Definitions.Markdown;

/// <summary>A markdown file that begins with front matter between two lines of <c>---</c>.</summary>
internal sealed class MarkdownDocument
{
    /// <summary>Front matter is a page of settings; reading what is larger costs more than it can be worth.</summary>
    private const int MaxFrontMatter = 32 * 1024;

    private MarkdownDocument(IReadOnlyList<FrontMatterEntry> entries, string body, int bodyLine)
    {
        Entries = entries;
        Body = body;
        BodyLine = bodyLine;
        foreach (var entry in entries)
        {
            if (entry.Value is not null)
            {
                Values[entry.Key] = entry.Value;
            }
        }
    }

    /// <summary>Gets the front matter in the order it was written.</summary>
    public IReadOnlyList<FrontMatterEntry> Entries { get; }

    /// <summary>Gets the values by key; of a key that is there twice, the last.</summary>
    public Dictionary<string, FrontMatterValue> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the text behind the front matter, trimmed.</summary>
    public string Body { get; }

    /// <summary>Gets the line the body begins on, counted from 1.</summary>
    public int BodyLine { get; }

    public FrontMatterValue? Find(string key) => Values.GetValueOrDefault(key);

    /// <summary>Reads a file's text. Never throws: what cannot be read is added to <paramref name="faults"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="faults">Takes what cannot be read.</param>
    /// <param name="isKey">Tells keys from other words; <c>null</c> takes every word before a colon for one.</param>
    /// <returns>The document, or <c>null</c> if there is no front matter or it cannot be read.</returns>
    public static MarkdownDocument? Parse(string text, ICollection<MarkdownFault> faults, Func<string, bool>? isKey = null)
    {
        var lines = Normalise(text).Split('\n');
        if (lines[0].TrimEnd() != "---")
        {
            faults.Add(new(1, "Invalid format: there is no front matter. The file must begin with a line '---'."));
            return null;
        }

        var close = Array.FindIndex(lines, 1, static line => line.StartsWith("---", StringComparison.Ordinal) && line.TrimEnd() == "---");
        if (close < 0)
        {
            faults.Add(new(1, "Invalid format: the front matter has no end. Close it with a line '---'."));
            return null;
        }

        if (lines.Take(close).Sum(static line => line.Length + 1) > MaxFrontMatter)
        {
            faults.Add(new(1, "The front matter is larger than 32 KiB. Write long texts below it."));
            return null;
        }

        var before = faults.Count;
        var entries = FrontMatterReader.Read(lines[1..close], firstLine: 2, faults, isKey);
        var bodyLine = close + 1;
        while (bodyLine < lines.Length && string.IsNullOrWhiteSpace(lines[bodyLine]))
        {
            bodyLine++;
        }

        return faults.Count > before
            ? null : new(entries, string.Join('\n', lines[(close + 1)..]).Trim(), Math.Min(bodyLine, lines.Length - 1) + 1);
    }

    private static string Normalise(string text) =>
        text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
