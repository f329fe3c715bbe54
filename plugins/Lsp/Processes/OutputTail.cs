using System.Text;

namespace QwenCode.Plugin.Lsp.Processes;

/// <summary>The end of what a program printed. Servers may log for hours; only the last words explain a failure.</summary>
internal sealed class OutputTail
{
    private const int Kept = 2_000;

    private readonly Lock _gate = new();
    private byte[] _tail = [];

    public string Text
    {
        get
        {
            lock (_gate)
            {
                return Encoding.UTF8.GetString(_tail).Trim();
            }
        }
    }

    public void Read(Stream stream)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            while (stream.Read(buffer) is var count && count > 0)
            {
                lock (_gate)
                {
                    byte[] all = [.. _tail, .. buffer.AsSpan(0, count)];
                    _tail = all.Length > Kept ? all[^Kept..] : all;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The other end was torn off; what came until then counts.
        }
    }
}
