using System.Globalization;

namespace QwenCode.Platform.Processes;

/// <summary>The process table of this system, read from <c>/proc</c> where there is one.</summary>
internal sealed class SystemProcessTable : IProcessTable
{
    public static SystemProcessTable Instance { get; } = new();

    public bool CanList => OperatingSystem.IsLinux();

    public IEnumerable<int> List()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId)
            {
                yield return id;
            }
        }
    }

    public ProcessEntry? Find(int id)
    {
        try
        {
            // "12 (a name) with ) in it) S 1 12 12 …": the name may hold anything, so fields are counted from its last parenthesis.
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new ProcessEntry(
                    id,
                    int.Parse(fields[1], CultureInfo.InvariantCulture),
                    int.Parse(fields[2], CultureInfo.InvariantCulture),
                    int.Parse(fields[3], CultureInfo.InvariantCulture),
                    ulong.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended since it was listed.
            return null;
        }
    }

    public bool Carries(int id, ReadOnlySpan<byte> text)
    {
        try
        {
            return File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/environ")).AsSpan().IndexOf(text) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return false;
        }
    }

    public bool Signal(int id, int signal) => Libc.Kill(id, signal) == 0;
}
