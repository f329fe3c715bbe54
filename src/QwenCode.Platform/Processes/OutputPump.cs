using System.Diagnostics.CodeAnalysis;
using System.IO.Pipes;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace QwenCode.Platform.Processes;

/// <summary>Reads one pipe of a process on a thread of its own until the last writer has gone.</summary>
/// <remarks>The thread pool is not used because a read of a pipe blocks and cannot be cancelled; a second pipe wakes the reader.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The reading thread owns the pipes and closes them when the last writer has gone.")]
internal sealed class OutputPump(AnonymousPipeServerStream output, OutputHandler handler)
{
    private const int ReadSize = 64 * 1024;

    // A pipe holds at most this much by default limits; what the process wrote before its end cannot be more.
    private const int LargestPipe = 1024 * 1024;

    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AnonymousPipeServerStream _wake = new(PipeDirection.Out, HandleInheritability.None);
    private volatile ExceptionDispatchInfo? _failure;

    /// <summary>Gets a task that ends when the handler has all that it will get.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Gets a task that ends when the last writer has gone.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Starts to read.</summary>
    public void Start() => BlockingWork.Start(Run, "process output");

    /// <summary>Hands on what the pipe holds now, and then nothing more.</summary>
    public void Finish()
    {
        try
        {
            _wake.WriteByte(0);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or IOException)
        {
            // The reader came to the end of the pipe in this moment and needs no waking.
        }
    }

    /// <summary>Throws what the handler threw.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    private void Run()
    {
        var buffer = new byte[ReadSize];
        using (output)
        using (_wake)
        {
            try
            {
                Read(buffer);
            }
            finally
            {
                _drained.TrySetResult();
                _ended.TrySetResult();
                _wake.DisposeLocalCopyOfClientHandle();
            }
        }
    }

    private void HandOn(ReadOnlySpan<byte> bytes)
    {
        try
        {
            handler(bytes);
        }
#pragma warning disable CA1031 // This is a thread of our own, where an exception would end the host. It is thrown to the caller instead.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            _drained.TrySetResult();
        }
    }

    private void Read(byte[] buffer)
    {
        Span<Libc.PollEntry> entries =
        [
            new() { Descriptor = (int)output.SafePipeHandle.DangerousGetHandle(), Wanted = Libc.PollIn },
            new() { Descriptor = (int)_wake.ClientSafePipeHandle.DangerousGetHandle(), Wanted = Libc.PollIn },
        ];
        var afterEnd = -1;
        while (true)
        {
            // Once awake only a look is taken; if there is nothing more, the caller goes on without us.
            var waiting = _drained.Task.IsCompleted ? 1u : 2u;
            if (Libc.Poll(entries, waiting, afterEnd >= 0 && waiting == 2 ? 0 : -1) < 0)
            {
                continue;
            }

            if (afterEnd < 0 && entries[1].Happened != 0)
            {
                afterEnd = 0;
                continue;
            }

            if (entries[0].Happened == 0)
            {
                _drained.TrySetResult();
                continue;
            }

            var count = (int)Libc.Read(output.SafePipeHandle, buffer, (nuint)buffer.Length);
            if (count == 0 || (count < 0 && Marshal.GetLastPInvokeError() != Libc.ErrorInterrupted))
            {
                return;
            }

            if (count > 0 && !_drained.Task.IsCompleted)
            {
                HandOn(buffer.AsSpan(0, count));
                if (afterEnd >= 0 && (afterEnd += count) > LargestPipe)
                {
                    _drained.TrySetResult();
                }
            }
        }
    }
}
