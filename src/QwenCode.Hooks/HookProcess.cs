using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace QwenCode.Hooks;

/// <summary>Runs one shell with a text on its standard input, and ends it and all it started when its time is up.</summary>
internal sealed class HookProcess
{
    private const int MaxOutput = 1024 * 1024;
    private const string MarkName = "QWEN_CODE_HOOK_RUN";
    private static readonly TimeSpan TerminationGrace = TimeSpan.FromSeconds(2);

    // What the shell left in the background may hold its outputs open; that is waited for shortly, then left alone.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly Process _process;
    private readonly HookProcessTree _tree;
    private readonly TimeProvider _time;
    private readonly Capture _output = new();
    private readonly Capture _error = new();

    private HookProcess(Process process, string mark, TimeProvider time) => (_process, _tree, _time) = (process, new HookProcessTree(process, mark), time);

    [SuppressMessage("Reliability", "CA2000", Justification = "The process is released once its last output has been read.")]
    public static async Task<HookExit> RunAsync(ProcessStartInfo start, byte[] input, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("N");
        start.Environment[MarkName] = mark;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;

        // The time it takes to start counts as the hook's: the agent waits no longer than the hook may take.
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

        return await new HookProcess(process, $"{MarkName}={mark}", time).FinishAsync(input, either.Token, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HookExit> FinishAsync(byte[] input, CancellationToken limit, CancellationToken cancellationToken)
    {
        // Pipes block, so they get threads of their own; what is over the bound is read and dropped, since a full pipe would stop the hook.
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
                // It was in time; only the news of it came late, as it does on a busy machine.
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
            // Last of all, and not before its end is known: a process that is released is not waited for any more, and has no exit code.
            _ = Task.WhenAll(exit, reading, writing).ContinueWith(_ => _process.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
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
                // Nothing more can be done to it from here; the caller must not hang on it.
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
            // A hook need not read what it is told.
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
            // The system gives no further thread just now; those of the pool are there already, and the hook must be heard.
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
                // The other end was torn off; what came until then counts.
            }
        }
    }
}

/// <summary>How the process of a hook ended.</summary>
internal sealed record HookExit
{
    public int Code { get; init; }

    public string Output { get; init; } = string.Empty;

    public string Error { get; init; } = string.Empty;

    public bool IsCut { get; init; }

    public bool IsTimeout { get; init; }

    public bool IsCancelled { get; init; }

    /// <summary>Gets why nothing could be started.</summary>
    public string? Failure { get; init; }
}
