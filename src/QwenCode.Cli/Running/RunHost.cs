using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Commands;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Configuration;
using QwenCode.Diagnostics;

namespace QwenCode.Cli.Running;

/// <summary>
/// Runs whatever the command line asks for, to an exit code: signals, a closed standard output and what escapes end here, for
/// all front ends and commands alike.
/// </summary>
/// <remarks>
/// The first SIGINT, SIGTERM or SIGHUP cancels the run of a front end that called <see cref="HandleStops"/>, so that it can report its
/// tasks. The second one ends the process, because the first may wait for a write without a reader; such a wait ends it by itself after
/// 5 to 10 seconds. Any other command ends at the first.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer; disposing it would race with a signal.")]
internal sealed class RunHost
{
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BlockedLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private PosixSignalRegistration[] _registrations = [];
    private Func<bool>? _interrupt;
    private Timer? _limit;
    private int _signals;
    private volatile StopReason _reason;

    private RunHost()
    {
    }

    /// <summary>Gets or sets whether stacks are printed. The default is no.</summary>
    public bool IsDebugging { get; set; }

    /// <summary>Gets or sets the format of the output, if the command line says it.</summary>
    public OutputFormat? Format { get; set; }

    /// <summary>Gets or sets what has the last word on the exit code. The default leaves it as it is.</summary>
    public Func<int, int>? Review { get; set; }

    /// <summary>Gets why the run stops, if it does not end by itself.</summary>
    public StopReason Reason => _reason;

    /// <summary>Runs the program.</summary>
    /// <param name="work">What the command line asks for. Its token is cancelled when the run is to stop.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<RunHost, CancellationToken, Task<int>> work)
    {
        var run = new RunHost();

        // An exception on a thread of its own, such as a plugin's, ends the process; the user still reads a sentence.
        AppDomain.CurrentDomain.UnhandledException += run.OnUnhandled;
        int code;
        try
        {
            code = await work(run, run._stopping.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            code = Failures.Report(exception, run.IsDebugging);
            if (exception is SettingsException && run.Format is OutputFormat.Json or OutputFormat.StreamJson)
            {
                // A reader of a machine format finds the reason there, too.
                DefaultCommand.Fail(run.Format.Value, exception.Message);
            }
        }

        foreach (var registration in run._registrations)
        {
            registration.Dispose();
        }

        code = run.Review?.Invoke(code) ?? code;
        if (StandardStreams.OutputFault is { } fault)
        {
            StandardStreams.ErrorLine($"Standard output could not be written ({fault}); what was to be printed is lost.");
            code = code is ExitCodes.Success ? ExitCodes.Failure : code;
        }

        StartupProfile.Mark("done");
        if (StartupProfile.Phases() is { Count: > 0 } phases)
        {
            StandardStreams.Error(StartupReport.Render(phases, StartupReport.ProcessStart()));
        }

        return code;
    }

    /// <summary>
    /// From now on signals and a closed standard output cancel the run's token instead of ending the process. What is registered on the
    /// token runs on the thread of the signal: it must return at once and must not throw.
    /// </summary>
    /// <param name="interrupt">Called at SIGINT; <c>true</c> means that it was handled and nothing stops. The default stops.</param>
    public void HandleStops(Func<bool>? interrupt = null)
    {
        _interrupt = interrupt;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
        StandardStreams.WhenOutputCloses(() => Stop(StopReason.OutputClosed));
    }

    /// <summary>Cancels the run's token after a time; without <see cref="HandleStops"/> nothing else would.</summary>
    /// <param name="limit">The time.</param>
    public void StopAfter(TimeSpan limit) =>
        _limit = new Timer(static run => ((RunHost)run!).Stop(StopReason.OutOfTime), this, limit, Timeout.InfiniteTimeSpan);

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal is PosixSignal.SIGINT && _interrupt?.Invoke() is true)
        {
            return;
        }

        if (Interlocked.Increment(ref _signals) == 1)
        {
            new Thread(ExitIfBlocked) { IsBackground = true, Name = "blocked output" }.Start();
            Stop(StopReason.Signal);
            return;
        }

        Exit();
    }

    // A host that neither reads nor goes away must not keep a program that was told to end; one that reads slowly may.
    private static void ExitIfBlocked()
    {
        using var never = new ManualResetEvent(false);
        for (var (output, error) = (StandardStreams.Calls(1), StandardStreams.Calls(2)); ;)
        {
            never.WaitOne(BlockedLimit);
            var (outputNow, errorNow) = (StandardStreams.Calls(1), StandardStreams.Calls(2));
            if ((outputNow == output && outputNow % 2 != 0) || (errorNow == error && errorNow % 2 != 0))
            {
                Exit();
            }

            (output, error) = (outputNow, errorNow);
        }
    }

    // Running commands are killed while the process exits; if even that hangs, the process ends without it.
    private static void Exit()
    {
        if (!OperatingSystem.IsWindows())
        {
            new Thread(ExitAfterLimit) { IsBackground = true, Name = "exit" }.Start();
        }

        Environment.Exit(ExitCodes.Cancelled);
    }

    private static void ExitAfterLimit()
    {
        using var never = new ManualResetEvent(false);
        never.WaitOne(ExitLimit);
        Libc.Exit(ExitCodes.Cancelled);
    }

    private void Stop(StopReason reason)
    {
        lock (_gate)
        {
            if (_reason is not StopReason.None)
            {
                return;
            }

            _reason = reason;
        }

        _stopping.Cancel();
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs arguments)
    {
        if (arguments.ExceptionObject is Exception exception)
        {
            Environment.Exit(Failures.Report(exception, IsDebugging));
        }
    }
}
