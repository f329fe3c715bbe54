namespace QwenCode.Plugin.Lsp.Processes;

/// <summary>The programs that run now. They die with the host, whichever way it leaves in order.</summary>
internal static class LiveServers
{
    private static readonly HashSet<ServerProcess> Running = [];

    public static void Add(ServerProcess server)
    {
        lock (Running)
        {
            Running.Add(server);
            if (Running.Count == 1)
            {
                // Only while something runs: a handler that stays would keep this plugin from being unloaded.
                AppDomain.CurrentDomain.ProcessExit += KillAll;
            }
        }
    }

    public static void Remove(ServerProcess server)
    {
        lock (Running)
        {
            if (Running.Remove(server) && Running.Count == 0)
            {
                AppDomain.CurrentDomain.ProcessExit -= KillAll;
            }
        }
    }

    private static void KillAll(object? sender, EventArgs arguments)
    {
        ServerProcess[] running;
        lock (Running)
        {
            running = [.. Running];
        }

        foreach (var server in running)
        {
            server.Kill();
        }
    }
}
