using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipes;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace QwenCode.Plugin.Shell.Processes;

/// <summary>A command that leads a session of its own, with stdout and stderr in one pipe.</summary>
/// <remarks>
/// Two threads with small stacks serve a command: one waits for its end, one reads its pipe. The thread pool is not used because
/// both block, and because a blocked read of a pipe cannot be cancelled. The reader lives until the last writer has gone.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The reading thread owns the pipes and closes them when the last writer has gone.")]
internal sealed class UnixCommandProcess : CommandProcess
{
    private const int ReadSize = 64 * 1024;
    private const int ThreadStack = 256 * 1024;

    // A pipe holds at most this much by default limits; what the shell wrote before its end cannot be more.
    private const int LargestPipe = 1024 * 1024;

    private static readonly TimeSpan AskedGrace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DrainGrace = TimeSpan.FromMilliseconds(200);

    private readonly TaskCompletionSource<CommandExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AnonymousPipeServerStream _output;
    private readonly AnonymousPipeServerStream _wake;
    private readonly OutputHandler _onOutput;
    private readonly ProcessTree _tree;
    private readonly TimeProvider _time;
    private volatile ExceptionDispatchInfo? _failure;

    private UnixCommandProcess(int id, string mark, AnonymousPipeServerStream output, OutputHandler onOutput, TimeProvider time)
    {
        Id = id;
        _output = output;
        _wake = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        _onOutput = onOutput;
        _time = time;
        _tree = new ProcessTree(id, mark);
        LiveCommands.Add(this);
        StartThread(WaitForEnd, "end");
        StartThread(ReadOutput, "output");
        Completion = CompleteAsync();
    }

    public override int Id { get; }

    public override int? Group => Id;

    public override Task<CommandExit> Completion { get; }

    public static new UnixCommandProcess Start(CommandStart start, OutputHandler onOutput, TimeProvider time)
    {
        var output = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        try
        {
            var id = Spawn(start, output.ClientSafePipeHandle);

            // Ours is the last writing end that is not the command's; without closing it the pipe never ends.
            output.DisposeLocalCopyOfClientHandle();
            return new UnixCommandProcess(id, start.Mark, output, onOutput, time);
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    public override async Task<IReadOnlyList<int>> StopAsync()
    {
        if (_exit.Task.IsCompleted)
        {
            // Its number may be a stranger's by now; and what it left in the background it left on purpose.
            return [];
        }

        var began = _time.GetTimestamp();
        for (var signal = Libc.SigTerm; _tree.Signal(signal); signal = Libc.SigKill)
        {
            // After the polite signal the whole grace is given; after the other one only as long as the dying takes.
            var until = signal == Libc.SigTerm ? AskedGrace : Look;
            var sent = _time.GetTimestamp();
            do
            {
                await Task.Delay(Look, _time).ConfigureAwait(false);
            }
            while (_time.GetElapsedTime(sent) < until && _tree.IsAlive());

            if (_time.GetElapsedTime(began) > KillPatience)
            {
                return _tree.Survivors();
            }
        }

        await Completion.ConfigureAwait(false);
        return [];
    }

    public override void Kill()
    {
        // What forks while it is being killed is caught in the next round.
        for (var round = 0; round < 5 && !_exit.Task.IsCompleted && _tree.Signal(Libc.SigKill); round++)
        {
        }
    }

    private static int Spawn(CommandStart start, SafeHandle output)
    {
        var environment = start.Environment.Select(static pair => $"{pair.Key}={pair.Value}").Append(null).ToArray();
        var program = start.Prefix.Count > 0 ? start.Prefix[0] : "bash";
        int error;
        int id;
        try
        {
            error = Libc.Spawn(out id, program, [.. start.Prefix, "bash", "-c", start.Command, null], environment, start.Directory, output);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2019 cannot change the directory while it spawns.
            string?[] arguments = ["sh", "-c", "cd -- \"$1\" && shift && exec \"$@\"", "sh", start.Directory, .. start.Prefix, "bash", "-c", start.Command, null];
            error = Libc.Spawn(out id, "sh", arguments, environment, null, output);
        }

        return error switch
        {
            0 => id,
            Libc.ErrorNoEntry when !Directory.Exists(start.Directory) =>
                throw new CommandStartException($"The directory {start.Directory} does not exist."),
            Libc.ErrorNoEntry => throw new CommandStartException($"{program} was not found on PATH; install it, or start the program with a PATH that has it."),
            _ => throw new CommandStartException($"{program} could not be started in {start.Directory}: {new Win32Exception(error).Message}."),
        };
    }

    private static void StartThread(Action run, string name)
    {
        var thread = new Thread(() => run(), ThreadStack) { IsBackground = true, Name = $"command {name}" };
        thread.Start();
    }

    private async Task<CommandExit> CompleteAsync()
    {
        var exit = await _exit.Task.ConfigureAwait(false);
        LiveCommands.Remove(this);
        if (await Task.WhenAny(_drained.Task, Task.Delay(DrainGrace, _time)).ConfigureAwait(false) != _drained.Task)
        {
            Wake();
            await _drained.Task.ConfigureAwait(false);
        }

        _failure?.Throw();
        return exit;
    }

    private void Wake()
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

    private void WaitForEnd() => _exit.TrySetResult(Libc.Wait(Id));

    private void ReadOutput()
    {
        var buffer = new byte[ReadSize];
        using (_output)
        using (_wake)
        {
            try
            {
                Read(buffer);
            }
            finally
            {
                _drained.TrySetResult();
                _wake.DisposeLocalCopyOfClientHandle();
            }
        }
    }

    private void HandOn(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _onOutput(bytes);
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
            new() { Descriptor = (int)_output.SafePipeHandle.DangerousGetHandle(), Wanted = Libc.PollIn },
            new() { Descriptor = (int)_wake.ClientSafePipeHandle.DangerousGetHandle(), Wanted = Libc.PollIn },
        ];
        var afterEnd = -1;
        while (true)
        {
            // Once awake only a look is taken; when there is nothing more, the caller goes on without us.
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

            var count = (int)Libc.Read(_output.SafePipeHandle, buffer, (nuint)buffer.Length);
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
