using System.Globalization;
using QwenCode.Platform.Processes;
using QwenCode.Plugin.Shell.Commands;
using QwenCode.Plugin.Shell.Output;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Plugin.Shell;

/// <summary>A command that goes on after its call. It is independent of the turn, and dies with the host.</summary>
internal sealed class BackgroundCommand
{
    private const int Memory = 64 * 1024;

    private readonly SupervisedProcess _process;
    private readonly OutputBuffer _buffer;
    private readonly ToolLimits _limits;
    private volatile bool _isStopped;

    private BackgroundCommand(SupervisedProcess process, OutputBuffer buffer, ToolLimits limits)
    {
        (_process, _buffer, _limits) = (process, buffer, limits);
        Completion = CompleteAsync();
    }

    private Task<BackgroundOutcome> Completion { get; }

    /// <summary>Starts a command and makes it a task of the session, where there are tasks.</summary>
    public static async ValueTask<ToolResult> StartAsync(ProcessStart start, ShellArguments arguments, ToolContext context)
    {
        var id = Guid.NewGuid().ToString("N")[..8];
        var path = Path.Combine(context.Workspace.TempDirectory, "background-shells", context.Session.Value, $"shell-{id}.output");
        StreamWriter file;
        try
        {
            file = OutputFile.Create(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ToolResult.Failure(
                ShellErrors.Execute, $"The command was not started: its output file {path} could not be created: {exception.Message}");
        }

        var buffer = new OutputBuffer(Memory, file);
        BackgroundCommand command;
        try
        {
            command = new BackgroundCommand(
                SupervisedProcess.Start(start with { OnOutput = buffer.Append }, context.Time), buffer, context.Limits);
        }
        catch
        {
            buffer.Dispose();
            File.Delete(path);
            throw;
        }

        return await command.AnnounceAsync(arguments, context, path).ConfigureAwait(false);
    }

    /// <summary>Takes off an <c>&amp;</c> at the end: with it the shell would end at once, and its end is what we wait for.</summary>
    public static string WithoutAmpersand(string command)
    {
        var text = command.AsSpan().TrimEnd();
        return text.EndsWith('&') && !text.EndsWith("&&") && !text.EndsWith("\\&") ? text[..^1].TrimEnd().ToString() : command;
    }

    private async ValueTask<ToolResult> AnnounceAsync(ShellArguments arguments, ToolContext context, string path)
    {
        var pid = _process.Id;
        if (context.StartBackground is not { } register)
        {
            var hint = OperatingSystem.IsWindows()
                ? string.Create(CultureInfo.InvariantCulture, $"(Use taskkill /F /T /PID {pid} to stop)")
                : "(Use kill <pid> to stop)";
            var group = _process.Group is { } leader
                ? string.Create(CultureInfo.InvariantCulture, $" kill -- -{leader} stops all it has started.") : string.Empty;
            return ToolResult.Success(string.Create(
                CultureInfo.InvariantCulture,
                $"Background command started. PID: {pid} {hint}\nIts output goes to {path}. It ends with this program at the "
                + $"latest.{group}"));
        }

        try
        {
            var note = string.IsNullOrWhiteSpace(arguments.Note) ? arguments.Command : arguments.Note;
            var task = register(new BackgroundWork(note.ReplaceLineEndings(" "), arguments.Command, pid, path, Completion, StopAsync));
            _process.AssignTask(task);
            return ToolResult.Success(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Background shell started.\nid: {task}\npid: {pid}\noutput file: {path}\nRead the file to see what it has printed "
                    + $"so far; you are told when it ends."),
                string.Create(CultureInfo.InvariantCulture, $"Background shell started (id {task}, pid {pid})."));
        }
        catch
        {
            // It is kept nowhere, so nothing could ever stop it.
            await StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask StopAsync()
    {
        _isStopped |= !Completion.IsCompleted;
        await _process.StopAsync(new ProcessStop()).ConfigureAwait(false);
    }

    private async Task<BackgroundOutcome> CompleteAsync()
    {
        ProcessExit exit;
        try
        {
            exit = await _process.Completion.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The keeper of the task is promised an outcome, whatever went wrong.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _buffer.Dispose();
            return new BackgroundOutcome(TaskState.Failed, null, $"The output could not be read: {exception.Message}");
        }

        var output = _buffer.Complete();
        _buffer.Dispose();
        var lines = output.Lines;
        var text = !output.IsWhole || OutputCut.Exceeds(output.Beginning.Length, lines, _limits)
            ? OutputCut.Cut(output.Beginning, output.End, output.IsWhole, lines, _limits)
            : output.Beginning;
        if (output.FileProblem is { } problem)
        {
            text += $"\n[The output file is not complete: {problem}.]";
        }

        return _isStopped
            ? new BackgroundOutcome(TaskState.Cancelled, text)
            : exit switch
            {
                { Signal: { } signal } => new(TaskState.Failed, text, string.Create(CultureInfo.InvariantCulture, $"Signal: {signal}")),
                { Code: 0 } => new(TaskState.Completed, text),
                { Code: { } code } => new(TaskState.Failed, text, string.Create(CultureInfo.InvariantCulture, $"Exit code: {code}")),
                _ => new(TaskState.Failed, text, "How the command ended is not known."),
            };
    }
}
