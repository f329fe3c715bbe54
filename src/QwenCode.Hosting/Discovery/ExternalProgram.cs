using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace QwenCode.Hosting.Discovery;

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code; <c>null</c> where it was not started.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">What it printed to its error output.</param>
/// <param name="Problem">Why it could not be started or read, or <c>null</c>.</param>
internal sealed record ProgramExit(int? Code, string Output, string Error, string? Problem = null);

/// <summary>Runs a program of the settings without a shell, in the project's root and with the person's environment.</summary>
internal static class ExternalProgram
{
    // What a model could still use is far below; a program that prints for ever must not fill the memory.
    private const int MaxCharacters = 10 * 1024 * 1024;

    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(2);

    /// <exception cref="OperationCanceledException">The program was stopped with all it had started.</exception>
    public static async Task<ProgramExit> RunAsync(string program, IReadOnlyList<string> arguments, string? input, Project project, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = project.Workspace.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in project.Settings.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["QWEN_CODE"] = "1";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            return new ProgramExit(null, string.Empty, string.Empty, $"{program} could not be started: {exception.Message}");
        }

        try
        {
            var writing = WriteAsync(process, input, cancellationToken);
            var output = new Capture(process.StandardOutput, cancellationToken);
            var error = new Capture(process.StandardError, cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var code = process.ExitCode;

            // What the program left in the background may hold its outputs open; that is waited for shortly, then left alone.
            await Task.WhenAny(Task.WhenAll(writing, output.Completion, error.Completion), Task.Delay(DrainGrace, CancellationToken.None)).ConfigureAwait(false);
            var (text, isCut) = output.Text();
            return new ProgramExit(
                code, text, error.Text().Text, isCut ? $"It printed more than {MaxCharacters / (1024 * 1024)} MiB; the rest is missing." : null);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WriteAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program need not read what it is given.
        }
    }

    /// <summary>The beginning of an output, as far as it has come.</summary>
    private sealed class Capture
    {
        private readonly Lock _gate = new();
        private readonly StringBuilder _text = new();
        private bool _isCut;

        public Capture(StreamReader reader, CancellationToken cancellationToken) => Completion = ReadAsync(reader, cancellationToken);

        public Task Completion { get; }

        public (string Text, bool IsCut) Text()
        {
            lock (_gate)
            {
                return (_text.ToString(), _isCut);
            }
        }

        private async Task ReadAsync(StreamReader reader, CancellationToken cancellationToken)
        {
            var buffer = new char[16 * 1024];
            try
            {
                while (await reader.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false) is > 0 and var read)
                {
                    lock (_gate)
                    {
                        var room = Math.Min(read, MaxCharacters - _text.Length);
                        _text.Append(buffer, 0, room);
                        _isCut |= room < read;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // The call is over or cancelled; what came until then counts.
            }
        }
    }
}
