using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace QwenCode.Hooks;

/// <summary>Runs one shell with a text on its standard input. On timeout, the shell and everything it started are killed.</summary>
internal sealed class HookProcess
{
    private const int MaxOutput = 1024 * 1024;
    private const string MarkName = "QWEN_CODE_HOOK_RUN";
    private static readonly TimeSpan TerminationGrace = TimeSpan.FromSeconds(2);

    // A background process of the shell may keep its output open; wait briefly, then give up.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly Process _process;
    private readonly HookProcessTree _tree;
    private readonly TimeProvider _time;
    private readonly Capture _output = new();
    private readonly Capture _error = new();

    private HookProcess(Process process, string mark, TimeProvider time) =>
        (_process, _tree, _time) = (process, new HookProcessTree(process, mark), time);

    [SuppressMessage("Reliability", "CA2000", Justification = "The process is released once its last output has been read.")]
    public static async Task<HookExit> RunAsync(ProcessStartInfo start, byte[] input, TimeSpan timeout, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("N");
        start.Environment[MarkName] = mark;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;

        // Starting counts toward the timeout: the agent never waits longer than the timeout of the hook.
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var process = new Process { StartInfo = start };
        try
        {
            await HookStart.RunAsync(process.Start, time, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or ArgumentException or IOException)
        {
            process.Dispose();
            return cancellationToken.IsCancellationRequested ? new HookExit { IsCancelled = true }
                : new HookExit { Failure = $"{start.FileName} could not be started in {start.WorkingDirectory}: {exception.Message}" };
        }

        return await new HookProcess(process, $"{MarkName}={mark}", time).FinishAsync(input, either.Token, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<HookExit> FinishAsync(byte[] input, CancellationToken limit, CancellationToken cancellationToken)
    {
        // Pipes block, so each has its own thread. Output beyond the bound is read and dropped: a full pipe would block the hook.
        var reading = Task.WhenAll(
            OnThread(() => _output.Read(_process.StandardOutput.BaseStream)),
            OnThread(() => _error.Read(_process.StandardError.BaseStream)));
        var writing = OnThread(() => Write(input));
        var exit = WaitForCodeAsync();
        try
        {
            int code;
            try
            {
                code = await exit.WaitAsync(limit).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && _process.HasExited)
            {
                // It ended in time; on a busy machine the notification comes late.
                code = await exit.ConfigureAwait(false);
            }

            await Task.WhenAny(reading, Task.Delay(DrainGrace, _time, cancellationToken)).ConfigureAwait(false);
            return new HookExit { Code = code, Output = _output.Text, Error = _error.Text, IsCut = _output.IsCut || _error.IsCut };
        }
        catch (OperationCanceledException)
        {
            await StopAsync().ConfigureAwait(false);
            return cancellationToken.IsCancellationRequested ? new HookExit { IsCancelled = true } : new HookExit { IsTimeout = true };
        }
        finally
        {
            // Last, after the process ended: a disposed process cannot be waited for and has no exit code.
            _ = Task.WhenAll(exit, reading, writing).ContinueWith(_ =>
                _process.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<int> WaitForCodeAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return _process.ExitCode;
    }

    private async Task StopAsync()
    {
        _tree.Ask();
        var began = _time.GetTimestamp();
        while (_tree.IsAlive)
        {
            if (_time.GetElapsedTime(began) > TerminationGrace + TerminationGrace)
            {
                // It cannot be stopped from here; the caller must not hang.
                return;
            }

            if (_time.GetElapsedTime(began) > TerminationGrace)
            {
                _tree.Kill();
            }

            await Task.Delay(Look, _time).ConfigureAwait(false);
        }
    }

    private void Write(byte[] input)
    {
        try
        {
            using var stream = _process.StandardInput.BaseStream;
            stream.Write(input);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // A hook need not read its input.
        }
    }

    private static Task OnThread(Action work)
    {
        try
        {
            return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception exception) when (exception is TaskSchedulerException or OutOfMemoryException)
        {
            // The system has no thread left; the pool has some, and the output of the hook must be read.
            return Task.Run(work);
        }
    }

    /// <summary>The beginning of an output.</summary>
    private sealed class Capture
    {
        private readonly ArrayBufferWriter<byte> _kept = new();
        private readonly Lock _gate = new();

        public bool IsCut { get; private set; }

        public string Text
        {
            get
            {
                lock (_gate)
                {
                    return Encoding.UTF8.GetString(_kept.WrittenSpan);
                }
            }
        }

        public void Read(Stream stream)
        {
            var buffer = new byte[32 * 1024];
            try
            {
                while (stream.Read(buffer) is var count && count > 0)
                {
                    lock (_gate)
                    {
                        var room = Math.Min(count, MaxOutput - _kept.WrittenCount);
                        _kept.Write(buffer.AsSpan(0, room));
                        IsCut |= room < count;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The pipe broke; what arrived before counts.
            }
        }
    }
}

/// <summary>The result of the process of a hook.</summary>
internal sealed record HookExit
{
    public int Code { get; init; }

    public string Output { get; init; } = string.Empty;

    public string Error { get; init; } = string.Empty;

    public bool IsCut { get; init; }

    public bool IsTimeout { get; init; }

    public bool IsCancelled { get; init; }

    /// <summary>Gets why the process could not be started; <c>null</c> if it was.</summary>
    public string? Failure { get; init; }
}
