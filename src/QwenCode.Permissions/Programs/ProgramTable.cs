using QwenCode.Permissions.Files;

namespace QwenCode.Permissions.Programs;

/// <summary>The programs that are known, from the tables in this folder. Read when the first command is judged.</summary>
internal static class ProgramTable
{
    private static readonly string[] Families = ["text.txt", "files.txt", "network.txt", "code.txt", "plain.txt"];

    private static readonly Lazy<Dictionary<string, ProgramEntry>> Entries = new(Read);

    public static IReadOnlyDictionary<string, ProgramEntry> All => Entries.Value;

    /// <summary>Finds a program by its name, or a sub-command by both names.</summary>
    public static ProgramEntry? Find(string program) => Entries.Value.GetValueOrDefault(Language(program));

    /// <summary>Returns the name without a version: <c>python3.12</c> is <c>python</c>.</summary>
    public static string Language(string program)
    {
        foreach (var name in (ReadOnlySpan<string>)["python", "pypy", "ruby", "perl", "php", "lua", "node"])
        {
            if (program.StartsWith(name, StringComparison.Ordinal) && program.Length > name.Length
                && program[name.Length..].All(static c => char.IsAsciiDigit(c) || c is '.' or '-'))
            {
                return name;
            }
        }

        return program;
    }

    private static Dictionary<string, ProgramEntry> Read()
    {
        var entries = new Dictionary<string, ProgramEntry>(StringComparer.Ordinal);
        foreach (var family in Families)
        {
            ProgramEntry[] block = [];
            foreach (var line in ProgramData.Lines(family))
            {
                if (line[0] is not ' ')
                {
                    // Every program has an entry of its own: a later block may add to one of them.
                    block = [.. Names(line).Select(name => entries.TryGetValue(name, out var known) ? known : entries[name] = new())];
                    continue;
                }

                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                foreach (var entry in block)
                {
                    entry.Add(words[0], words[1..]);
                }
            }
        }

        return entries;
    }

    private static string[] Names(string line) =>
        line.StartsWith("git ", StringComparison.Ordinal) ? [line] : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
