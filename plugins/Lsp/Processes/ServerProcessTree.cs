using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace QwenCode.Plugin.Lsp.Processes;

/// <summary>All processes of one server: those with its mark in their environment, and what descends from them.</summary>
/// <remarks>
/// Not a process group: <see cref="Process"/> cannot start one, and a daemon leaves it anyway. The walk needs <c>/proc</c>; elsewhere
/// the tree below the program is killed.
/// </remarks>
/// <param name="process">The program.</param>
/// <param name="mark">What the environment of each process of the server contains.</param>
internal sealed partial class ServerProcessTree(Process process, string mark)
{
    public const string MarkName = "QWEN_CODE_LSP_SERVER";

    private const int KillNow = 9;

    private readonly byte[] _mark = Encoding.UTF8.GetBytes($"{MarkName}={mark}");

    // Those whose tie to the program is cut when it ends: number, and when it was started.
    private readonly Dictionary<int, string> _known = [];

    /// <summary>Looks who belongs to the server now, so that it can be ended when the program is gone.</summary>
    public void Remember()
    {
        if (OperatingSystem.IsLinux())
        {
            Find();
        }
    }

    /// <summary>Ends them all.</summary>
    public void Kill()
    {
        if (OperatingSystem.IsLinux())
        {
            foreach (var id in Find())
            {
                _ = SendSignal(id, KillNow);
            }

            return;
        }

        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already, or is about to.
        }
    }

    private static (int Parent, string Started)? Read(int id)
    {
        try
        {
            // "12 (a name) with ) in it) S 1 …": the name may hold anything, so we count from its last parenthesis.
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private List<int> Find()
    {
        lock (_known)
        {
            var all = new Dictionary<int, (int Parent, string Started)>();
            foreach (var directory in Directory.EnumerateDirectories("/proc"))
            {
                if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    && id != Environment.ProcessId
                    && Read(id) is { } entry)
                {
                    all[id] = entry;
                }
            }

            var members = all.Where(pair => (_known.TryGetValue(pair.Key, out var started) && started == pair.Value.Started) || CarriesMark(pair.Key))
                .Select(static pair => pair.Key).ToHashSet();

            // Each round finds the children of what the round before found.
            for (var count = 0; count != members.Count;)
            {
                count = members.Count;
                members.UnionWith(all.Where(pair => members.Contains(pair.Value.Parent)).Select(static pair => pair.Key).ToArray());
            }

            foreach (var id in members)
            {
                _known[id] = all[id].Started;
            }

            return [.. members];
        }
    }

    private bool CarriesMark(int id)
    {
        try
        {
            return File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/environ")).AsSpan().IndexOf(_mark) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
