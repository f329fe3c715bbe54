using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace QwenCode.Platform.Processes.Custody;

/// <summary>
/// The processes of a project, over all programs that run or ran there: what lives, and what a killed program left behind.
/// </summary>
public static class ProcessCustody
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(2);

    /// <summary>Ends what killed programs left behind in a project. What belongs to a living program is left alone.</summary>
    /// <param name="projectDirectory">The directory that the program keeps for the project.</param>
    /// <returns>What was found alive and ended, or is to be; empty costs one look whether a directory exists.</returns>
    /// <remarks>
    /// A process is signalled only if it carries the mark that it was started with, or descends from one that does; its start time is
    /// compared before each signal, since the system gives numbers away again.
    /// </remarks>
    public static IReadOnlyList<ProcessRecord> EndLeftovers(string projectDirectory)
    {
        ArgumentNullException.ThrowIfNull(projectDirectory);
        var folder = ProcessLedger.FolderOf(projectDirectory);
        return Directory.Exists(folder) ? EndIn(folder) : [];
    }

    /// <summary>Returns the processes that live, those of other programs too.</summary>
    /// <param name="projectDirectory">The directory that the program keeps for the project.</param>
    public static IReadOnlyList<ProcessRecord> List(string projectDirectory)
    {
        ArgumentNullException.ThrowIfNull(projectDirectory);
        var living = new List<ProcessRecord>();
        foreach (var path in Ledgers(ProcessLedger.FolderOf(projectDirectory)))
        {
            if (Open(path, FileShare.ReadWrite | FileShare.Delete) is { } file)
            {
                using (file)
                {
                    if (Read(path, file) is { } ledger && ledger.Machine == Machine.Here)
                    {
                        foreach (var record in ledger.Open)
                        {
                            if (new LeftProcess(record).IsAlive())
                            {
                                living.Add(record);
                            }
                        }
                    }
                }
            }
        }

        return living;
    }

    // Out of line: a start that finds nothing needs nothing of this.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<ProcessRecord> EndIn(string folder)
    {
        var ended = new List<ProcessRecord>();
        foreach (var path in Ledgers(folder))
        {
            // Whoever has it open alone settles it: two programs that start at once do not both report it.
            if (LedgerFile.HasLivingOwner(path, out _) is false && Open(path, FileShare.None) is { } file)
            {
                using (file)
                {
                    Settle(path, file, ended);
                }
            }
        }

        TryDelete(() => Directory.Delete(folder));
        return ended;
    }

    private static void Settle(string path, FileStream file, List<ProcessRecord> ended)
    {
        var here = Machine.Here;
        var ledger = Read(path, file);
        if (ledger?.Machine is { } machine && (machine.Name != here.Name || machine.Namespace != here.Namespace))
        {
            // Another machine, or a container, shares the directory: its programs cannot be seen from here.
            return;
        }

        // A program inside such a process must not end what it is part of; the next one that starts outside does.
        foreach (var record in ledger?.Open ?? [])
        {
            if (ProcessMark.IsInside(record.Mark))
            {
                return;
            }
        }

        // After a restart of the machine nothing is left of its processes.
        if (ledger?.Machine == here)
        {
            var left = new List<LeftProcess>();
            foreach (var record in ledger.Open)
            {
                var process = new LeftProcess(record);
                if (process.IsAlive())
                {
                    left.Add(process);
                    ended.Add(record);
                }
            }

            LeftProcess.End(left, Grace, KillPatience);
        }

        TryDelete(() => File.Delete(path));
    }

    private static string[] Ledgers(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.jsonl") : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller disposes of it.")]
    private static FileStream? Open(string path, FileShare share)
    {
        try
        {
            return new FileStream(path, FileMode.Open, share is FileShare.None ? FileAccess.ReadWrite : FileAccess.Read, share);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its owner has just ended and taken it away, or another program settles it.
            return null;
        }
    }

    private static LedgerFile? Read(string path, FileStream file)
    {
        try
        {
            return LedgerFile.Read(path, file);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void TryDelete(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A ledger of a living program is in the folder, or the disk cannot be written; the next start tries again.
        }
    }
}
