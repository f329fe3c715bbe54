using System.ComponentModel;
using System.Diagnostics;

namespace QwenCode.Platform.Processes.Custody;

/// <summary>A process that a ledger names, with all it has started, as far as it can be told for certain that it is that one.</summary>
/// <param name="record">What the ledger says.</param>
/// <param name="table">The processes of the system; <c>null</c> is the real ones.</param>
internal sealed class LeftProcess(ProcessRecord record, IProcessTable? table = null)
{
    private const int LookMilliseconds = 20;
    private readonly ProcessTree _tree = new(record.Mark, table ?? SystemProcessTable.Instance);

    /// <summary>Gets what the ledger says.</summary>
    public ProcessRecord Record => record;

    private bool CanBeListed => (table ?? SystemProcessTable.Instance).CanList;

    /// <summary>Ends processes: asks all, waits for all, kills what is left.</summary>
    public static void End(IReadOnlyList<LeftProcess> processes, TimeSpan grace, TimeSpan killPatience)
    {
        Until(processes, Libc.SigTerm, grace, again: false);
        Until(processes, Libc.SigKill, killPatience, again: true);
    }

    /// <summary>Returns whether anything of it lives.</summary>
    public bool IsAlive() => CanBeListed ? _tree.IsAlive() : record is { Id: { } id, Birth: { } birth } && Machine.BirthOf(id) == birth;

    /// <summary>Returns whether this program descends from it, also through programs that cleared their environment.</summary>
    public bool HoldsThisProgram()
    {
        var processes = table ?? SystemProcessTable.Instance;
        if (!processes.CanList)
        {
            return false;
        }

        var members = _tree.Survivors();
        for (var id = processes.Find(Environment.ProcessId)?.Parent ?? 0; id > 1; id = processes.Find(id)?.Parent ?? 0)
        {
            if (members.Contains(id))
            {
                return true;
            }
        }

        return false;
    }

    // Blocks, but only at a start that follows a crash, and before anything new is started that may want the same port or file.
    private static void Until(IReadOnlyList<LeftProcess> processes, int signal, TimeSpan limit, bool again)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            var lives = false;
            foreach (var process in processes)
            {
                lives |= isFirst || again ? process.Signal(signal) : process.IsAlive();
            }

            if (!lives || TimeProvider.System.GetElapsedTime(began) > limit)
            {
                return;
            }

            using var never = new ManualResetEventSlim();
            never.Wait(LookMilliseconds);
        }
    }

    private bool Signal(int signal)
    {
        if (CanBeListed)
        {
            return _tree.Signal(signal);
        }

        if (!IsAlive())
        {
            return false;
        }

        try
        {
            // Without a list of processes and their environments, the number and the start time decide.
            using var process = Process.GetProcessById(record.Id!.Value);
            process.Kill(entireProcessTree: true);
            return true;
        }
        catch (Exception exception)
            when (exception is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
        {
            return false;
        }
    }
}
