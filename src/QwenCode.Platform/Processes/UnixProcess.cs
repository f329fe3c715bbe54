using System.Collections;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Platform.Processes;

/// <summary>A process that leads a session of its own.</summary>
/// <remarks>
/// One thread with a small stack waits for its end, and one reads each output that has a handler. The process is not waited for while it
/// is being stopped: until then its number, and the group of that number, cannot belong to another program.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The reading threads own their pipes; the caller owns the streams it asked for.")]
internal sealed class UnixProcess : SupervisedProcess
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly TaskCompletionSource<ProcessExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly ProcessStart _start;
    private readonly Pipes _pipes;
    private readonly OutputPump[] _pumps;
    private readonly ProcessTree _tree;
    private readonly TimeProvider _time;
    private int _holders;
    private bool _hasEnded;

    private UnixProcess(int id, ProcessMark mark, ProcessStart start, Pipes pipes, TimeProvider time)
        : base(mark)
    {
        (Id, _start, _pipes, _time) = (id, start, pipes, time);
        _tree = new ProcessTree(id, mark.Value, SystemProcessTable.Instance);
        LiveProcesses.Add(this);
        BlockingWork.Start(WaitForEnd, "process end");
        _pumps = pipes.Pumps;
        Array.ForEach(_pumps, static pump => pump.Start());
        Completion = CompleteAsync();
    }

    public override int Id { get; }

    public override int? Group => Id;

    public override Stream Input => _pipes.Input ?? throw new InvalidOperationException("The process was started without an input.");

    public override Stream Output =>
        _start.OnOutput is null ? _pipes.Output : throw new InvalidOperationException("A handler takes the output.");

    public override bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _hasEnded || _exit.Task.IsCompleted || Libc.HasEnded(Id);
            }
        }
    }

    public override Task<ProcessExit> Exit => _exit.Task;

    public override Task<ProcessExit> Completion { get; }

    public static UnixProcess Start(ProcessStart start, ProcessMark mark, TimeProvider time)
    {
        var pipes = CreatePipes(start);
        try
        {
            var id = Spawn(start, mark, pipes);
            pipes.CloseFarEnds();
            return new UnixProcess(id, mark, start, pipes, time);
        }
        catch
        {
            pipes.Dispose();
            throw;
        }
    }

    public override async Task<IReadOnlyList<int>> StopAsync(ProcessStop stop, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stop);
        if (stop.Patience > TimeSpan.Zero)
        {
            _tree.Remember();
            await Task.WhenAny(_exit.Task, Task.Delay(stop.Patience, _time, cancellationToken)).ConfigureAwait(false);
        }

        if (!TryHold())
        {
            return [];
        }

        IReadOnlyList<int> survivors;
        try
        {
            survivors = await EndAsync(stop, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }

        if (survivors.Count == 0)
        {
            await Completion.ConfigureAwait(false);
        }

        return survivors;
    }

    public override void Kill()
    {
        if (!TryHold())
        {
            return;
        }

        try
        {
            // What forks while it is being killed is caught in the next round.
            for (var round = 0; round < 5 && _tree.Signal(Libc.SigKill); round++)
            {
            }
        }
        finally
        {
            Release();
        }
    }

    // All of them, also those that only wake our own threads: once the process runs nothing may be missing.
    private static Pipes CreatePipes(ProcessStart start)
    {
        try
        {
            return new Pipes(start);
        }
        catch (IOException exception)
        {
            throw new ProcessStartException(
                $"{start.Program} could not be started in {start.Directory}: {exception.Message}", exception.HResult, exception);
        }
    }

    private static int Spawn(ProcessStart start, ProcessMark mark, Pipes pipes)
    {
        var environment = Environment(start, mark);
        int error;
        int id;
        try
        {
            error = Libc.Spawn(out id, start.Program, [start.Program, .. start.Arguments, null], environment, start.Directory, pipes);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2019 cannot change the directory while it spawns.
            string?[] arguments =
                ["sh", "-c", "cd -- \"$1\" && shift && exec \"$@\"", "sh", start.Directory, start.Program, .. start.Arguments, null];
            error = Libc.Spawn(out id, "sh", arguments, environment, null, pipes);
        }

        return error switch
        {
            0 => id,
            Libc.ErrorNoEntry when !Directory.Exists(start.Directory) =>
                throw new ProcessStartException($"The directory {start.Directory} does not exist.", error),
            Libc.ErrorNoEntry when start.Program.Contains('/', StringComparison.Ordinal) =>
                throw new ProcessStartException($"{start.Program} was not found.", error),
            Libc.ErrorNoEntry =>
                throw new ProcessStartException(
                    $"{start.Program} was not found on PATH; install it, or start the program with a PATH that has it.", error),
            _ => throw new ProcessStartException(
                $"{start.Program} could not be started in {start.Directory}: {new Win32Exception(error).Message}.", error),
        };
    }

    private static string?[] Environment(ProcessStart start, ProcessMark mark)
    {
        var variables = new List<string?>();
        if (start.Environment is { } given)
        {
            foreach (var (name, value) in given)
            {
                if (!ProcessMark.IsOwn(name))
                {
                    variables.Add($"{name}={value}");
                }
            }
        }
        else
        {
            foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
            {
                if (!ProcessMark.IsOwn((string)entry.Key))
                {
                    variables.Add($"{entry.Key}={entry.Value}");
                }
            }
        }

        foreach (var (name, value) in mark.Variables)
        {
            variables.Add($"{name}={value}");
        }

        variables.Add(null);
        return [.. variables];
    }

    private async Task<IReadOnlyList<int>> EndAsync(ProcessStop stop, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var isPolite = stop.Grace > TimeSpan.Zero && !cancellationToken.IsCancellationRequested;
        for (var signal = isPolite ? Libc.SigTerm : Libc.SigKill; _tree.Signal(signal); signal = Libc.SigKill)
        {
            // After the polite signal the whole grace is given; after the other one only as long as the dying takes.
            var until = signal == Libc.SigTerm ? stop.Grace : Look;
            var sent = _time.GetTimestamp();
            do
            {
                await Task.Delay(Look, _time, CancellationToken.None).ConfigureAwait(false);
            }
            while (_time.GetElapsedTime(sent) < until && !cancellationToken.IsCancellationRequested && _tree.IsAlive());

            if (_time.GetElapsedTime(began) > stop.Grace + stop.KillPatience)
            {
                return _tree.Survivors();
            }
        }

        return [];
    }

    private async Task<ProcessExit> CompleteAsync()
    {
        var exit = await _exit.Task.ConfigureAwait(false);
        var drained = Task.WhenAll(Array.ConvertAll(_pumps, static pump => pump.Drained));
        if (!_start.OwnsLeftovers)
        {
            LiveProcesses.Remove(this);
        }
        else
        {
            _ = Task.WhenAll(Array.ConvertAll(_pumps, static pump => pump.Ended))
                .ContinueWith(_ => LiveProcesses.Remove(this), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        if (await Task.WhenAny(drained, Task.Delay(_start.DrainGrace, _time)).ConfigureAwait(false) != drained)
        {
            Array.ForEach(_pumps, static pump => pump.Finish());
            await drained.ConfigureAwait(false);
        }

        Array.ForEach(_pumps, static pump => pump.ThrowIfFailed());
        return exit;
    }

    private void WaitForEnd()
    {
        Libc.WaitForEnd(Id);
        lock (_gate)
        {
            _hasEnded = true;
            Reap();
        }
    }

    // While the process is held its number stays its own.
    private bool TryHold()
    {
        lock (_gate)
        {
            if (_hasEnded && !_start.OwnsLeftovers)
            {
                return false;
            }

            _holders++;
            return true;
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _holders--;
            Reap();
        }
    }

    private void Reap()
    {
        if (_hasEnded && _holders == 0 && !_exit.Task.IsCompleted)
        {
            _tree.ReleaseRoot();
            _exit.TrySetResult(Libc.Reap(Id));
        }
    }

    /// <summary>The pipes of a process: our ends, and until it runs also its own.</summary>
    internal sealed class Pipes : IDisposable
    {
        private readonly AnonymousPipeServerStream? _error;

        public Pipes(ProcessStart start)
        {
            Output = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
            _error = start.OnError is null ? null : new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
            Input = start.HasInput ? new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None) : null;
            Pumps = (start.OnOutput, start.OnError) switch
            {
                ({ } output, { } error) => [new OutputPump(Output, output), new OutputPump(_error!, error)],
                ({ } both, null) => [new OutputPump(Output, both)],
                (null, { } error) => [new OutputPump(_error!, error)],
                _ => [],
            };
        }

        public OutputPump[] Pumps { get; }

        public AnonymousPipeServerStream Output { get; }

        public AnonymousPipeServerStream? Input { get; }

        public SafeHandle? FarInput => Input?.ClientSafePipeHandle;

        public SafeHandle FarOutput => Output.ClientSafePipeHandle;

        public SafeHandle FarError => (_error ?? Output).ClientSafePipeHandle;

        /// <summary>Closes the ends of the process here. A pipe whose writing end stays open with us would never end.</summary>
        public void CloseFarEnds()
        {
            Output.DisposeLocalCopyOfClientHandle();
            _error?.DisposeLocalCopyOfClientHandle();
            Input?.DisposeLocalCopyOfClientHandle();
        }

        public void Dispose()
        {
            Output.Dispose();
            _error?.Dispose();
            Input?.Dispose();
        }
    }
}
