using System.Runtime.InteropServices;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Diagnostics;

namespace QwenCode.Cli.Running;

/// <summary>
/// Runs whatever the command line asks for, to an exit code: signals, a closed standard output and what escapes end here, for
/// all front ends and commands alike.
/// </summary>
/// <remarks>
/// The first SIGINT, SIGTERM or SIGHUP stops a front end that said how it stops, so that it can report its tasks. The second one
/// ends the process, because the first may wait for a write without a reader. A command without <see cref="StopWith"/> ends at the first.
/// </remarks>
internal sealed class RunHost
{
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private PosixSignalRegistration[] _registrations = [];
    private Action? _stop;
    private Func<bool>? _interrupt;
    private int _signals;
    private volatile StopReason _reason;

    private RunHost()
    {
    }

    /// <summary>Gets or sets whether stacks are printed. The default is no.</summary>
    public bool IsDebugging { get; set; }

    /// <summary>Gets why the run stops, if it does not end by itself.</summary>
    public StopReason Reason => _reason;

    /// <summary>Runs the program.</summary>
    /// <param name="work">What the command line asks for.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<RunHost, Task<int>> work)
    {
        var run = new RunHost();

        // An exception on a thread of its own, such as a plugin's, ends the process; the user still reads a sentence.
        AppDomain.CurrentDomain.UnhandledException += run.OnUnhandled;
        int code;
        try
        {
            code = await work(run).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            code = Failures.Report(exception, run.IsDebugging);
        }

        foreach (var registration in run._registrations)
        {
            registration.Dispose();
        }

        StartupProfile.Mark("done");
        if (StartupProfile.Phases() is { Count: > 0 } phases)
        {
            StandardStreams.Error(StartupReport.Render(phases, StartupReport.ProcessStart()));
        }

        return code;
    }

    /// <summary>Says how the run stops. From now on signals and a closed standard output stop it.</summary>
    /// <param name="stop">Called once, on any thread. Must return at once and must not throw.</param>
    /// <param name="interrupt">Called at SIGINT; <c>true</c> means that it was handled and nothing stops. The default stops.</param>
    public void StopWith(Action stop, Func<bool>? interrupt = null)
    {
        (_stop, _interrupt) = (stop, interrupt);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
        StandardStreams.WhenOutputCloses(() => Stop(StopReason.OutputClosed));
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal is PosixSignal.SIGINT && _interrupt?.Invoke() is true)
        {
            return;
        }

        if (Interlocked.Increment(ref _signals) == 1)
        {
            Stop(StopReason.Signal);
            return;
        }

        // Running commands are killed while the process exits; if even that hangs, the process ends without it.
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

        _stop!();
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs arguments)
    {
        if (arguments.ExceptionObject is Exception exception)
        {
            Environment.Exit(Failures.Report(exception, IsDebugging));
        }
    }
}
