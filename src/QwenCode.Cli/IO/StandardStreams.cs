using System.Runtime.InteropServices;
using System.Text;

namespace QwenCode.Cli.IO;

/// <summary>
/// Standard output and error by <c>write(2)</c>: a console class costs 12 ms of every start. Writes are whole and in order; once
/// the reader is gone the rest is dropped, as for any program in a pipe.
/// </summary>
/// <remarks>Not a <c>FileStream</c> over the descriptor: it writes at an offset of its own, and <c>&gt; file 2&gt;&amp;1</c> would overwrite itself.</remarks>
internal static class StandardStreams
{
    private const int InterruptedCall = 4;
    private const int TryAgain = 11;
    private static readonly Lock Gate = new();
    private static volatile bool _isOutputClosed;

    /// <summary>Gets whether the reader of standard output is gone.</summary>
    public static bool IsOutputClosed => _isOutputClosed;

    /// <summary>Gets whether a person reads standard output as it comes.</summary>
    public static bool IsOutputTerminal => OperatingSystem.IsWindows() ? !Console.IsOutputRedirected : Libc.IsATty(1) == 1;

    public static void Out(ReadOnlySpan<byte> bytes) => Write(1, bytes);

    public static void Out(string text) => Write(1, Encoding.UTF8.GetBytes(text));

    public static void Error(string text) => Write(2, Encoding.UTF8.GetBytes(text));

    public static void ErrorLine(string text) => Error(text + "\n");

    private static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        lock (Gate)
        {
            if (OperatingSystem.IsWindows())
            {
                WriteThroughConsole(descriptor, bytes);
                return;
            }

            while (bytes.Length > 0 && !(descriptor == 1 && _isOutputClosed))
            {
                var written = Libc.Write(descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length);
                if (written >= 0)
                {
                    bytes = bytes[(int)written..];
                    continue;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case InterruptedCall:
                        break;
                    case TryAgain:
                        // Somebody made the descriptor non-blocking; wait until it takes more.
                        var poll = new PollDescriptor { Descriptor = descriptor, Events = 4 };
                        _ = Libc.Poll(ref poll, 1, -1);
                        break;
                    default:
                        _isOutputClosed |= descriptor == 1;
                        return;
                }
            }
        }
    }

    private static void WriteThroughConsole(int descriptor, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var stream = descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
            stream.Write(bytes);
        }
        catch (IOException)
        {
            // The reader is gone; see the type's summary.
            _isOutputClosed |= descriptor == 1;
        }
    }
}
