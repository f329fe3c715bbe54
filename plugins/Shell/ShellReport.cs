using System.Globalization;
using System.Text;
using QwenCode.Plugin.Shell.Commands;
using QwenCode.Plugin.Shell.Output;
using QwenCode.Tools;

namespace QwenCode.Plugin.Shell;

/// <summary>Words what came of a command, for the model and for people.</summary>
internal sealed class ShellReport(ShellArguments arguments, ToolContext context)
{
    private string? _path;

    private string Heading => $"Command: {arguments.Command}\nDirectory: {arguments.Directory ?? "(root)"}\nOutput: ";

    /// <summary>Opens the file for output that is too long; the text before the output is in it already.</summary>
    public StreamWriter OpenFile()
    {
        var file = OutputFile.Create(
            Path.Combine(context.Workspace.TempDirectory, $"{RunShellCommandTool.ToolName}_{Guid.NewGuid().ToString("N")[..12]}.output"));
        _path = ((FileStream)file.BaseStream).Name;
        file.Write(Heading);
        return file;
    }

    /// <summary>The command came to its end.</summary>
    public ToolResult Ended(OutputBuffer buffer, OutputText output, int? code, string? signal, int? group)
    {
        var tail = string.Create(
            CultureInfo.InvariantCulture,
            $"\nError: (none)\nExit Code: {Or(code)}\nSignal: {signal ?? "(none)"}\nProcess Group PGID: {Or(group)}");
        var shown = output switch
        {
            { IsEmpty: false } => Shown(output),
            _ when signal is not null => $"Command terminated by signal: {signal}",
            _ when code is not null and not 0 => string.Create(CultureInfo.InvariantCulture, $"Command exited with code: {code}"),
            _ => string.Empty,
        };
        var empty = output.IsEmpty ? "(empty)" : string.Empty;
        return Make(buffer, output, Heading + empty, tail, shown);
    }

    /// <summary>The command was stopped because its time was up.</summary>
    /// <param name="buffer">Where the output is.</param>
    /// <param name="output">The output.</param>
    /// <param name="timeout">The time, in milliseconds.</param>
    /// <param name="left">What could not be stopped, in words; empty if everything was.</param>
    public ToolResult TimedOut(OutputBuffer buffer, OutputText output, int timeout, string left)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"Command timed out after {timeout}ms before it could complete.")
            + (output.IsEmpty ? " There was no output before it timed out." : " Below is the output before it timed out:\n");
        return Make(buffer, output, start, left, start + (output.IsEmpty ? string.Empty : Shown(output)) + left);
    }

    private static string Or(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "(none)";

    private static string Shown(OutputText output) =>
        output.IsWhole ? output.Beginning : OutputCut.Cut(output.Beginning, output.End, isWhole: false, output.Lines, ToolLimits.Default);

    private ToolResult Make(OutputBuffer buffer, OutputText output, string start, string end, string shown)
    {
        var whole = output.IsWhole ? start + output.Beginning + end : null;
        var lines = output.IsWhole ? OutputCut.CountLines(whole) : output.Lines + start.AsSpan().Count('\n') + end.AsSpan().Count('\n');
        if (whole is not null && !OutputCut.Exceeds(whole.Length, lines, context.Limits))
        {
            return ToolResult.Success(whole, shown);
        }

        var problem = output.FileProblem;
        if (whole is not null)
        {
            problem = SaveWhole(whole);
        }
        else if (!buffer.AppendToFile(end))
        {
            problem ??= "the file could not be finished";
        }

        var cut = OutputCut.Cut(whole ?? start + output.Beginning, whole ?? output.End + end, whole is not null, lines, context.Limits);
        var text = new StringBuilder("The output was too long to be given whole.");
        if (_path is not null)
        {
            text.Append(" It is kept in the file ").Append(_path)
                .Append(problem is null ? "." : $", which is not complete: {problem}.")
                .Append(" Use read_file with offset and limit to look at the parts you need.");
        }
        else
        {
            text.Append(" It could not be saved to a file either: ").Append(problem).Append('.');
        }

        text.Append(" Below, '... [CONTENT TRUNCATED] ...' stands for what was left out.\n\nTruncated part of the output:\n").Append(cut);
        return ToolResult.Success(text.ToString(), _path is null ? shown : $"{shown}\nOutput too long and was saved to: {_path}");
    }

    private string? SaveWhole(string text)
    {
        try
        {
            using var file = OutputFile.Create(Path.Combine(
                context.Workspace.TempDirectory, $"{RunShellCommandTool.ToolName}_{Guid.NewGuid().ToString("N")[..12]}.output"));
            file.Write(text);
            _path = ((FileStream)file.BaseStream).Name;
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
