using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Platform.Processes;

/// <summary>A process on a system without sessions and signals: Windows. Outputs are separate pipes, read side by side.</summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "The process is released when its last output has been read, which may be long after its end.")]
internal sealed class PortableProcess : SupervisedProcess
{
    private readonly Process _process;
    private readonly ProcessStart _start;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Task<ProcessExit> _exit;
    private bool _drained;
    private Exception? _failure;

    public PortableProcess(ProcessStart start, ProcessMark mark, TimeProvider time)
        : base(mark)
    {
        (_start, _time) = (start, time);
        _process = new Process { StartInfo = Describe(start, mark) };
        try
        {
            _process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or ArgumentException or IOException)
        {
            _process.Dispose();
            throw new ProcessStartException(
                $"{start.Program} could not be started in {start.Directory}: {exception.Message}",
                (exception as Win32Exception)?.NativeErrorCode ?? 0, exception);
        }

        Id = _process.Id;
        if (!start.HasInput)
        {
            _process.StandardInput.Close();
        }

        LiveProcesses.Add(this);
        _exit = WaitAsync();
        Completion = CompleteAsync();
    }

    public override int Id { get; }

    public override int? Group => null;

    public override Stream Input => _start.HasInput
        ? _process.StandardInput.BaseStream
        : throw new InvalidOperationException("The process was started without an input.");

    public override Stream Output => _start.OnOutput is null
        ? _process.StandardOutput.BaseStream
        : throw new InvalidOperationException("A handler takes the output.");

    public override bool HasEnded => _exit.IsCompleted || _process.HasExited;

    public override Task<ProcessExit> Exit => _exit;

    public override Task<ProcessExit> Completion { get; }

    public override async Task<IReadOnlyList<int>> StopAsync(ProcessStop stop, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stop);
        if (stop.Patience > TimeSpan.Zero)
        {
            await Task.WhenAny(_exit, Task.Delay(stop.Patience, _time, cancellationToken)).ConfigureAwait(false);
        }

        Kill();
        var limit = Task.Delay(stop.Grace + stop.KillPatience, _time, CancellationToken.None);
        if (await Task.WhenAny(Completion, limit).ConfigureAwait(false) != Completion)
        {
            return [Id];
        }

        await Completion.ConfigureAwait(false);
        return [];
    }

    public override void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already, or is about to.
        }
    }

    private static ProcessStartInfo Describe(ProcessStart start, ProcessMark mark)
    {
        var info = new ProcessStartInfo(start.Program)
        {
            WorkingDirectory = start.Directory,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (start.CommandLine is { } line && OperatingSystem.IsWindows())
        {
            info.Arguments = line;
        }
        else
        {
            foreach (var argument in start.Arguments)
            {
                info.ArgumentList.Add(argument);
            }
        }

        if (start.Environment is { } environment)
        {
            info.Environment.Clear();
            foreach (var (name, value) in environment)
            {
                info.Environment[name] = value;
            }
        }

        foreach (var (name, value) in mark.Variables)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private async Task<ProcessExit> WaitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return new ProcessExit(_process.ExitCode, null);
    }

    private async Task<ProcessExit> CompleteAsync()
    {
        var reading = Task.WhenAll(
            _start.OnOutput is { } output ? ReadAsync(_process.StandardOutput.BaseStream, output) : Task.CompletedTask,
            ReadAsync(_process.StandardError.BaseStream, _start.OnError ?? _start.OnOutput!));
        var exit = await _exit.ConfigureAwait(false);
        LiveProcesses.Remove(this);
        await Task.WhenAny(reading, Task.Delay(_start.DrainGrace, _time)).ConfigureAwait(false);
        lock (_gate)
        {
            _drained = true;
        }

        // The readers go on until the last writer has gone; the process object must live as long as they do, and as the caller's streams.
        if (_start.OnOutput is not null)
        {
            _ = reading.ContinueWith(_ => _process.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        return _failure is null ? exit : throw _failure;
    }

    private async Task ReadAsync(Stream stream, OutputHandler handler)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count && count > 0)
            {
                lock (_gate)
                {
                    if (!_drained && _failure is null)
                    {
                        HandOn(handler, buffer.AsSpan(0, count));
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The other end was torn off; what came until then counts.
        }
    }

    private void HandOn(OutputHandler handler, ReadOnlySpan<byte> bytes)
    {
        try
        {
            handler(bytes);
        }
#pragma warning disable CA1031 // It is thrown to who waits for the end; the pipe must still be read.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
        }
    }
}
