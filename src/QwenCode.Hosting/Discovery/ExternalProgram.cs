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
            var output = ReadAsync(process.StandardOutput, cancellationToken);
            var error = ReadAsync(process.StandardError, cancellationToken);
            await Task.WhenAll(writing, output, error).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var (text, isCut) = await output.ConfigureAwait(false);
            return new ProgramExit(
                process.ExitCode, text, (await error.ConfigureAwait(false)).Text, isCut ? $"It printed more than {MaxCharacters / (1024 * 1024)} MiB; the rest is missing." : null);
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

    private static async Task<(string Text, bool IsCut)> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[16 * 1024];
        var isCut = false;
        while (await reader.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            var room = Math.Min(read, MaxCharacters - text.Length);
            text.Append(buffer, 0, room);
            isCut |= room < read;
        }

        return (text.ToString(), isCut);
    }
}
