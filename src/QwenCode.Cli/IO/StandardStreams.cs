using System.Runtime.InteropServices;
using System.Text;

namespace QwenCode.Cli.IO;

/// <summary>
/// Standard output and error by <c>write(2)</c>: the console class costs 12 ms of every start. Writes are whole and in order; once
/// the reader is gone the rest is dropped, and the handler of <see cref="WhenOutputCloses"/> is called.
/// </summary>
/// <remarks>
/// Not a <c>FileStream</c> over the descriptor: it writes at an offset of its own, and <c>&gt; file 2&gt;&amp;1</c> would
/// overwrite itself.
/// </remarks>
internal static class StandardStreams
{
    private const int InterruptedCall = 4;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;
    private const int PollError = 8;
    private const int PollHangUp = 16;
    private const int WatcherStack = 128 * 1024;
    private const int WindowsBrokenPipe = unchecked((int)0x8007_006D);
    private const int WindowsNoReader = unchecked((int)0x8007_00E8);
    private static readonly Lock Gate = new();

    // One of its own: whoever does not read the one stream must not hold up the other.
    private static readonly Lock ErrorGate = new();
    private static Action? _whenOutputCloses;
    private static bool _isOutputClosed;

    // By descriptor; odd while a write waits for the system.
    private static readonly long[] CallCounts = new long[3];

    /// <summary>Gets why output was lost although its reader is there, such as a full disk; <c>null</c> if none was.</summary>
    public static string? OutputFault { get; private set; }

    /// <summary>Returns a number that changes with each write to a stream; it is odd while one has not returned.</summary>
    /// <param name="descriptor">1 for standard output, 2 for standard error.</param>
    public static long Calls(int descriptor) => Interlocked.Read(ref CallCounts[descriptor]);

    /// <summary>Gets whether standard output is a terminal.</summary>
    public static bool IsOutputTerminal => OperatingSystem.IsWindows() ? !Console.IsOutputRedirected : Libc.IsATty(1) == 1;

    public static void Out(ReadOnlySpan<byte> bytes) => Write(1, bytes);

    public static void Out(string text) => Write(1, Encoding.UTF8.GetBytes(text));

    public static void Error(string text) => Write(2, Encoding.UTF8.GetBytes(text));

    public static void ErrorLine(string text) => Error(text + "\n");

    /// <summary>
    /// Sets what happens when the reader of standard output is gone. It is called once, on another thread; at once, also if nothing is
    /// written for long.
    /// </summary>
    public static void WhenOutputCloses(Action handler)
    {
        // The end of a terminal is told by a signal.
        if (!OperatingSystem.IsWindows() && !IsOutputTerminal)
        {
            new Thread(WatchOutput, WatcherStack) { IsBackground = true, Name = "output watcher" }.Start();
        }

        lock (Gate)
        {
            _whenOutputCloses = handler;
            if (_isOutputClosed)
            {
                Notify(handler);
            }
        }
    }

    private static void WatchOutput()
    {
        // Errors are reported without being asked for: that a pipe has no reader any more, or a socket no other end.
        var poll = new PollDescriptor { Descriptor = 1 };
        while (Libc.Poll(ref poll, 1, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() is not InterruptedCall)
            {
                return;
            }
        }

        if ((poll.Returned & (PollError | PollHangUp)) != 0 && !StandardDescriptors.WasClosed(1))
        {
            lock (Gate)
            {
                Fail(1, null);
            }
        }
    }

    private static void Fail(int descriptor, string? fault)
    {
        if (descriptor == 1 && !_isOutputClosed)
        {
            OutputFault = fault;
            _isOutputClosed = true;
            if (_whenOutputCloses is { } handler)
            {
                Notify(handler);
            }
        }
    }

    // On another thread: the writer may hold locks that the handler wants.
    private static void Notify(Action handler) => ThreadPool.UnsafeQueueUserWorkItem(static state => ((Action)state!)(), handler);

    private static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        lock (descriptor == 1 ? Gate : ErrorGate)
        {
            if (OperatingSystem.IsWindows())
            {
                WriteThroughConsole(descriptor, bytes);
                return;
            }

            if (StandardDescriptors.WasClosed(descriptor))
            {
                Fail(descriptor, "it was closed when the program was started");
                return;
            }

            while (bytes.Length > 0 && !(descriptor == 1 && _isOutputClosed))
            {
                Count(descriptor);
                var written = Libc.Write(descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length);
                var error = Marshal.GetLastPInvokeError();
                Count(descriptor);
                if (written >= 0)
                {
                    bytes = bytes[(int)written..];
                    continue;
                }

                switch (error)
                {
                    case InterruptedCall:
                        break;
                    case TryAgain:
                        // Another process made the descriptor non-blocking; wait until it takes more.
                        var poll = new PollDescriptor { Descriptor = descriptor, Events = 4 };
                        Count(descriptor);
                        _ = Libc.Poll(ref poll, 1, -1);
                        Count(descriptor);
                        break;
                    default:
                        Fail(descriptor, error is BrokenPipe ? null : Marshal.GetPInvokeErrorMessage(error));
                        return;
                }
            }
        }
    }

    private static void Count(int descriptor) => Interlocked.Increment(ref CallCounts[descriptor]);

    private static void WriteThroughConsole(int descriptor, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var stream = descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
            stream.Write(bytes);
        }
        catch (IOException exception)
        {
            // Usually the reader is gone; see the type's summary.
            Fail(descriptor, exception.HResult is WindowsBrokenPipe or WindowsNoReader ? null : exception.Message);
        }
    }
}
