namespace QwenCode.Platform.Processes;

/// <summary>Runs work that blocks, such as reading a pipe, off the thread pool.</summary>
internal static class BlockingWork
{
    private const int Stack = 256 * 1024;

    /// <summary>Starts work that throws nothing on a thread of its own.</summary>
    public static void Start(Action work, string name)
    {
        try
        {
            new Thread(() => work(), Stack) { IsBackground = true, Name = name }.Start();
        }
        catch (Exception exception) when (exception is ThreadStartException or OutOfMemoryException)
        {
            // The system has no further thread just now. Those of the pool exist already, and the process must be served.
            ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);
        }
    }
}
