using QwenCode.Plugins;

namespace Fixtures.Detached;

/// <summary>A tool whose exception no caller can catch.</summary>
public static class Tools
{
    [Tool("throws_on_its_own_thread")]
    public static void Throws()
    {
        var thread = new Thread(static () => throw new InvalidOperationException("the thread is out of order"));
        thread.Start();
        thread.Join();
    }
}
