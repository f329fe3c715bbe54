using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace QwenCode.Plugin.Shell.Processes;

/// <summary>A command where there are no sessions and signals: Windows. The two outputs are two pipes, read side by side.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The process is released when its last output has been read, which may be long after the call.")]
internal sealed class PortableCommandProcess : CommandProcess
{
    private static readonly TimeSpan DrainGrace = TimeSpan.FromMilliseconds(200);

    private readonly Process _process;
    private readonly OutputHandler _onOutput;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private bool _drained;

    public PortableCommandProcess(CommandStart start, OutputHandler onOutput, TimeProvider time)
    {
        _onOutput = onOutput;
        _time = time;
        _process = new Process { StartInfo = Describe(start) };
        try
        {
            _process.Start();
        }
        catch (Win32Exception exception)
        {
            var shell = _process.StartInfo.FileName;
            _process.Dispose();
            throw new CommandStartException($"{shell} could not be started in {start.Directory}: {exception.Message}", exception);
        }

        Id = _process.Id;
        _process.StandardInput.Close();
        LiveCommands.Add(this);
        Completion = CompleteAsync();
    }

    public override int Id { get; }

    public override int? Group => null;

    public override Task<CommandExit> Completion { get; }

    public override async Task<IReadOnlyList<int>> StopAsync()
    {
        Kill();
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

    private static ProcessStartInfo Describe(CommandStart start)
    {
        var info = new ProcessStartInfo
        {
            WorkingDirectory = start.Directory,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        var shell = start.Environment.GetValueOrDefault("ComSpec") ?? "cmd.exe";
        if (!OperatingSystem.IsWindows() || start.Environment.ContainsKey("MSYSTEM"))
        {
            info.FileName = "bash";
            info.ArgumentList.Add("-c");
            info.ArgumentList.Add(start.Command);
        }
        else if (shell.EndsWith("powershell.exe", StringComparison.OrdinalIgnoreCase) || shell.EndsWith("pwsh.exe", StringComparison.OrdinalIgnoreCase))
        {
            info.FileName = shell;
            info.ArgumentList.Add("-NoProfile");
            info.ArgumentList.Add("-Command");
            info.ArgumentList.Add("[Console]::OutputEncoding=[System.Text.Encoding]::UTF8;" + start.Command);
        }
        else
        {
            // cmd.exe has its own quoting: with /s it takes off the outer quotes and leaves the rest as it is.
            info.FileName = shell;
            info.Arguments = $"/d /s /c \"{start.Command}\"";
        }

        return info;
    }

    private async Task<CommandExit> CompleteAsync()
    {
        var reading = Task.WhenAll(
            ReadAsync(_process.StandardOutput.BaseStream),
            ReadAsync(_process.StandardError.BaseStream));
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        LiveCommands.Remove(this);
        await Task.WhenAny(reading, Task.Delay(DrainGrace, _time)).ConfigureAwait(false);
        lock (_gate)
        {
            _drained = true;
        }

        // Before the process can be released: then it has no exit code any more.
        var exit = new CommandExit(_process.ExitCode, null);

        // The readers go on until the last writer has gone; the process object must live as long as they do.
        _ = reading.ContinueWith(_ => _process.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return exit;
    }

    private async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count && count > 0)
            {
                lock (_gate)
                {
                    if (!_drained)
                    {
                        _onOutput(buffer.AsSpan(0, count));
                    }
                }
            }
        }
        catch (IOException)
        {
            // The other end was torn off; what came until then counts.
        }
    }
}
