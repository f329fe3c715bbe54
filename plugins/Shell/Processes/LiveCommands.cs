namespace QwenCode.Plugin.Shell.Processes;

/// <summary>The commands that run now. They die with the host, whichever way it leaves in order.</summary>
internal static class LiveCommands
{
    private static readonly HashSet<CommandProcess> Running = [];

    public static void Add(CommandProcess command)
    {
        lock (Running)
        {
            Running.Add(command);
            if (Running.Count == 1)
            {
                // Only while something runs: a handler that stays would keep this plugin from being unloaded.
                AppDomain.CurrentDomain.ProcessExit += KillAll;
            }
        }
    }

    public static void Remove(CommandProcess command)
    {
        lock (Running)
        {
            if (Running.Remove(command) && Running.Count == 0)
            {
                AppDomain.CurrentDomain.ProcessExit -= KillAll;
            }
        }
    }

    private static void KillAll(object? sender, EventArgs arguments)
    {
        CommandProcess[] running;
        lock (Running)
        {
            running = [.. Running];
        }

        foreach (var command in running)
        {
            command.Kill();
        }
    }
}
