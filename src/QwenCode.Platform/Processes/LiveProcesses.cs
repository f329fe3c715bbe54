namespace QwenCode.Platform.Processes;

/// <summary>The supervised processes that run now. They die with the host, whichever way it leaves in order.</summary>
internal static class LiveProcesses
{
    private static readonly HashSet<SupervisedProcess> Running = [];

    public static void Add(SupervisedProcess process)
    {
        lock (Running)
        {
            Running.Add(process);
            if (Running.Count == 1)
            {
                AppDomain.CurrentDomain.ProcessExit += KillAll;
            }
        }
    }

    public static void Remove(SupervisedProcess process)
    {
        process.Mark.End();
        lock (Running)
        {
            if (Running.Remove(process) && Running.Count == 0)
            {
                AppDomain.CurrentDomain.ProcessExit -= KillAll;
            }
        }
    }

    private static void KillAll(object? sender, EventArgs arguments)
    {
        SupervisedProcess[] running;
        lock (Running)
        {
            running = [.. Running];
        }

        foreach (var process in running)
        {
            process.Kill();
            process.Mark.End();
        }
    }
}
