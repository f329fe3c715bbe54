using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace QwenCode.Hooks;

/// <summary>All processes of one hook: those with its mark in their environment, and their descendants.</summary>
/// <remarks>
/// Not a process group: <see cref="Process"/> cannot start one, and a daemon leaves it. The walk needs <c>/proc</c>; on other systems
/// only the shell gets a signal to end, and the tree below it is killed.
/// </remarks>
/// <param name="process">The shell.</param>
/// <param name="mark">The text that the environment of each process of the hook contains.</param>
internal sealed partial class HookProcessTree(Process process, string mark)
{
    private const int Terminate = 15;
    private const int KillNow = 9;
    private readonly byte[] _mark = Encoding.UTF8.GetBytes(mark);

    public bool IsAlive => OperatingSystem.IsLinux() ? Find().Count > 0 : !process.HasExited;

    public void Ask()
    {
        if (OperatingSystem.IsWindows())
        {
            Kill();
            return;
        }

        Signal(Terminate);
    }

    public void Kill()
    {
        if (OperatingSystem.IsLinux())
        {
            Signal(KillNow);
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

    private void Signal(int signal)
    {
        foreach (var id in OperatingSystem.IsLinux() ? Find() : process.HasExited ? [] : [process.Id])
        {
            _ = SendSignal(id, signal);
        }
    }

    private HashSet<int> Find()
    {
        var parents = new Dictionary<int, int>();
        var members = new HashSet<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId
                && ParentOf(directory) is { } parent)
            {
                parents[id] = parent;
                if (CarriesMark(directory))
                {
                    members.Add(id);
                }
            }
        }

        // Each round finds the children of the processes found before.
        for (var count = 0; count != members.Count;)
        {
            count = members.Count;
            members.UnionWith(parents.Where(pair => members.Contains(pair.Value)).Select(static pair => pair.Key).ToArray());
        }

        return members;
    }

    private static int? ParentOf(string directory)
    {
        try
        {
            // "12 (a name) with ) in it) S 1 …": the name may contain anything, so fields are counted from the last parenthesis.
            var text = File.ReadAllText($"{directory}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ', 3);
            return fields[0] is "Z" or "X" ? null : int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool CarriesMark(string directory)
    {
        try
        {
            return File.ReadAllBytes($"{directory}/environ").AsSpan().IndexOf(_mark) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to another user.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
