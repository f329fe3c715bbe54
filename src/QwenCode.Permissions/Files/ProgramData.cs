namespace QwenCode.Permissions.Files;

/// <summary>Reads the tables that are part of the assembly, when they are first needed.</summary>
internal static class ProgramData
{
    /// <summary>Returns the lines of a table, without comments and empty lines.</summary>
    /// <param name="name">The file name of the table.</param>
    public static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(ProgramData).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The table {name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var text = line.AsSpan().TrimEnd();
            if (text.Length > 0 && text[0] is not '#')
            {
                yield return text.ToString();
            }
        }
    }

    /// <summary>Returns the blocks of a table.</summary>
    /// <param name="name">The file name of the table.</param>
    public static List<ProgramBlock> Blocks(string name)
    {
        var blocks = new List<ProgramBlock>();
        foreach (var line in Lines(name))
        {
            if (line[0] is ' ')
            {
                blocks[^1].Add(line);
            }
            else
            {
                blocks.Add(new ProgramBlock(line));
            }
        }

        return blocks;
    }

    /// <summary>Returns the block of a table that has a title.</summary>
    public static ProgramBlock Block(string name, string title) =>
        Blocks(name).Find(block => block.Title == title)
        ?? throw new InvalidOperationException($"The table {name} has no block \"{title}\".");
}
