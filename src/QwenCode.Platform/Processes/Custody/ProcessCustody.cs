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
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(30);

    /// <summary>Ends what killed programs left behind in a project. What belongs to a living program is left alone.</summary>
    /// <param name="projectDirectory">The directory that the program keeps for the project.</param>
    /// <returns>What was found alive and ended, or could not be ended; empty costs one look whether a directory exists.</returns>
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
                    if (Read(path, file) is { } ledger && ledger.Machine is { } machine && machine.IsSame(Machine.Here))
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
            // The program that has it open alone settles it: two that start at once do not both report it.
            if (LedgerFile.HasLivingOwner(path, out _) is false && OpenAlone(path) is { } file)
            {
                bool isSettled;
                using (file)
                {
                    isSettled = Settle(path, file, ended);
                }

                if (isSettled)
                {
                    TryDelete(() => File.Delete(path));
                }
            }
        }

        TryDelete(() => Directory.Delete(folder));
        return ended;
    }

    // Another start may be at it: this one waits, because what it is about to start may want the same port or file.
    private static FileStream? OpenAlone(string path)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (Open(path, FileShare.None) is { } file)
            {
                return file;
            }

            if (!File.Exists(path) || TimeProvider.System.GetElapsedTime(began) > Grace + KillPatience)
            {
                return null;
            }

            using var never = new ManualResetEventSlim();
            never.Wait(Look);
        }
    }

    /// <summary>Ends what a ledger names.</summary>
    /// <returns>Whether nothing is left that the ledger is needed for.</returns>
    private static bool Settle(string path, FileStream file, List<ProcessRecord> ended)
    {
        var here = Machine.Here;
        if (Read(path, file) is not { } ledger)
        {
            return false;
        }

        if (ledger.Machine is { } machine && !machine.IsVisibleFrom(here))
        {
            // Another machine, or a container, shares the directory: its programs cannot be seen from here. After a while it is one that
            // will not come back.
            return TimeProvider.System.GetUtcNow() - File.GetLastWriteTimeUtc(path) > Forgotten;
        }

        // After a restart of the machine nothing is left of its processes.
        if (ledger.Machine is not { } same || same.Boot != here.Boot)
        {
            return true;
        }

        var left = new List<LeftProcess>();
        foreach (var record in ledger.Open)
        {
            var process = new LeftProcess(record);

            // A program inside such a process must not end what it is part of; the next one that starts outside does.
            if (ProcessMark.IsInside(record.Mark) || process.HoldsThisProgram())
            {
                return false;
            }

            if (process.IsAlive())
            {
                left.Add(process);
            }
        }

        LeftProcess.End(left, Grace, KillPatience);
        foreach (var process in left)
        {
            ended.Add(process.Record with { IsLeft = process.IsAlive() });
        }

        return true;
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
