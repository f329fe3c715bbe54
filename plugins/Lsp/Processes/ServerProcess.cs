using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using QwenCode.Plugin.Lsp.Configuration;

namespace QwenCode.Plugin.Lsp.Processes;

/// <summary>The program of a server. It and all it started end with <see cref="StopAsync"/>, and with the host.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The process is kept for those who ask how it ended.")]
internal sealed class ServerProcess
{
    private static readonly TimeSpan KillGrace = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly ServerProcessTree _tree;
    private readonly OutputTail _errors = new();
    private readonly Task _exit;
    private readonly TimeProvider _time;

    private ServerProcess(Process process, string mark, TimeProvider time)
    {
        _process = process;
        _time = time;
        _tree = new ServerProcessTree(process, mark);
        LiveServers.Add(this);
        _exit = process.WaitForExitAsync(CancellationToken.None);
        var reading = OnThread(() => _errors.Read(process.StandardError.BaseStream));
        _ = Task.WhenAll(_exit, reading).ContinueWith(_ => LiveServers.Remove(this), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Input => _process.StandardInput.BaseStream;

    public int Id => _process.Id;

    /// <summary>Ends when the program has ended.</summary>
    public Task Exit => _exit;

    /// <summary>Starts the program of a server.</summary>
    /// <exception cref="LspException">It cannot be started.</exception>
    public static ServerProcess Start(ServerConfiguration server, TimeProvider time)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = server.Folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in server.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in server.Environment)
        {
            start.Environment[name] = value;
        }

        var mark = Guid.NewGuid().ToString("N");
        start.Environment[ServerProcessTree.MarkName] = mark;
        start.FileName = ProgramPath.Find(server.Command!, server.Folder, start.Environment)
            ?? throw new LspException($"the program \"{server.Command}\" of server {server.Name} was not found. Install it, or mend {server.Key("command")}.");
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or ArgumentException or IOException)
        {
            process.Dispose();
            throw new LspException($"the program \"{server.Command}\" of server {server.Name} could not be started: {exception.Message}. Mend {server.Key("command")}.", exception);
        }

        return new ServerProcess(process, mark, time);
    }

    /// <summary>Reads and drops what the program prints, where it does not speak over its output: a full pipe would stop it.</summary>
    public void DrainOutput() => _ = OnThread(() => new OutputTail().Read(Output));

    /// <summary>Says how the program stands, with the last it complained of.</summary>
    public string Describe()
    {
        var state = _process.HasExited ? string.Create(CultureInfo.InvariantCulture, $"its program has ended with code {_process.ExitCode}") : "its program is still running";
        return _errors.Text is { Length: > 0 } text ? $"{state}, and last wrote to its error output: {text}" : state;
    }

    /// <summary>Gives the program time to end by itself, then ends it and everything it started.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        _tree.Remember();
        try
        {
            await _exit.WaitAsync(patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It had its time.
        }

        Kill();
        try
        {
            await _exit.WaitAsync(KillGrace, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Nothing more can be done to it from here; the host must not hang on it.
        }
    }

    /// <summary>Ends the program and everything it started, now.</summary>
    public void Kill() => _tree.Kill();

    private static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
