using System.Globalization;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Storage.Checkpoints;
using QwenCode.Workspaces;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen undo [N]</c>: brings back what the last prompts have changed, or takes that back with <c>--redo</c>.</summary>
internal static class UndoCommand
{
    private const int Shown = 40;

    public static async Task<int> RunAsync(CliOptions options, CancellationToken cancellationToken)
    {
        var project = new WorkspaceServices(
            new QwenCodeOptions { IncludeDirectories = options.IncludeDirectories }, TimeProvider.System);
        var history = new UndoHistory(project.Workspace, project.CheckpointBounds, TimeProvider.System);
        try
        {
            var steps = await history.ListAsync(cancellationToken).ConfigureAwait(false);
            return options.Verb is "list" ? List(project, steps)
                : options.Redo ? await RedoAsync(project, history, options, cancellationToken).ConfigureAwait(false)
                : await UndoAsync(project, history, steps, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TimeoutException)
        {
            StandardStreams.ErrorLine($"{exception.Message} What can be undone is kept in {history.Directory}.");
            return ExitCodes.Failure;
        }
    }

    /// <summary>Describes prompts that can be undone, the latest first, one a line.</summary>
    public static string Render(IReadOnlyList<UndoStep> steps) => steps.Count == 0
        ? "There is nothing to undo: no prompt of this project has changed a file, or all changes are undone.\n"
        : string.Concat(steps.Select(static (step, index) => string.Create(CultureInfo.InvariantCulture,
            $"{index + 1,3}  {step.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {Count(step.Files.Count, "file"),-9}  {Describe(step)}\n")));

    private static int List(WorkspaceServices project, IReadOnlyList<UndoStep> steps)
    {
        StandardStreams.Out(Render(steps));
        if (steps.Count == 0 && !project.Checkpoints.IsEnabled)
        {
            StandardStreams.Out("Files are not kept here (general.checkpointing.enabled).\n");
        }

        return ExitCodes.Success;
    }

    private static async Task<int> UndoAsync(WorkspaceServices project, UndoHistory history, IReadOnlyList<UndoStep> steps,
        CliOptions options, CancellationToken cancellationToken)
    {
        var count = options.Verb is null ? 1
            : int.TryParse(options.Verb, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        if (count == 0)
        {
            StandardStreams.ErrorLine("qwen undo takes the number of prompts to undo, 1 or more.");
            return ExitCodes.Failure;
        }

        if (steps.Count < count)
        {
            StandardStreams.ErrorLine(steps.Count == 0 ? Render(steps).TrimEnd()
                : $"Only {Count(steps.Count, "prompt")} can be undone; see qwen undo list.");
            return ExitCodes.Failure;
        }

        steps = [.. steps.Take(count)];
        foreach (var step in steps)
        {
            StandardStreams.Out($"{(options.IsDryRun ? "Would undo" : "Undo")}: {Describe(step)}\n");
        }

        return await ApplyAsync(project, history, history.Plan(steps), options, "qwen undo --redo takes this back.", cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<int> RedoAsync(
        WorkspaceServices project, UndoHistory history, CliOptions options, CancellationToken cancellationToken)
    {
        if (history.PlanRedo() is not { } plan)
        {
            StandardStreams.ErrorLine("There is no undo to take back.");
            return ExitCodes.Failure;
        }

        return await ApplyAsync(project, history, plan, options, "qwen undo undoes it again.", cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> ApplyAsync(WorkspaceServices project, UndoHistory history, UndoPlan plan, CliOptions options,
        string hint, CancellationToken cancellationToken)
    {
        if (plan.Conflicts.Any() && !options.Overwrites)
        {
            StandardStreams.ErrorLine($"{(options.IsDryRun ? "Nothing would be changed" : "Nothing was changed")}: "
                + $"these files have been changed since by somebody else. To overwrite them, add --force.\n"
                + Lines(plan.Conflicts.Select(file => "  " + Shorten(project.Workspace, file))));
            return ExitCodes.Failure;
        }

        var files = options.IsDryRun ? plan.Files : await history.ApplyAsync(
            plan, options.Overwrites ? UndoConflicts.Overwrite : UndoConflicts.Refuse, cancellationToken).ConfigureAwait(false);
        StandardStreams.Out(Lines(files.Where(static file => file.Problem is null)
            .Select(file => $"  {Verb(file.Act)} {Shorten(project.Workspace, file)}")));
        var problems = files.Where(static file => file.Problem is not null).ToList();
        if (problems.Count > 0)
        {
            StandardStreams.ErrorLine("Not brought back:\n"
                + Lines(problems.Select(file => $"  {Shorten(project.Workspace, file)} {PlainText.Of(file.Problem!)}")).TrimEnd());
        }

        StandardStreams.Out(files.Count == 0 ? "All files are as they were already.\n" : options.IsDryRun ? string.Empty : hint + "\n");
        return problems.Exists(static file => !file.IsFolder) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static string Lines(IEnumerable<string> lines)
    {
        var all = lines.ToList();
        var shown = string.Concat(all.Take(Shown).Select(static line => line + "\n"));
        return all.Count > Shown ? $"{shown}  … and {all.Count - Shown} more\n" : shown;
    }

    private static string Verb(UndoAct act) => act switch
    {
        UndoAct.Delete => "deleted   ",
        UndoAct.Recreate => "recreated ",
        _ => "restored  ",
    };

    private static string Shorten(Workspace workspace, UndoFile file) =>
        PlainText.Line(workspace.Shorten(file.Path), 300) + (file.IsFolder ? "/" : string.Empty);

    private static string Describe(UndoStep step) =>
        (step.Prompt.Length == 0 ? "(no prompt)" : $"\"{PlainText.Line(step.Prompt, 60)}\"")
        + (step.IsInterrupted ? "  (a process was killed: changes of others since may be among these)" : string.Empty);

    private static string Count(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? string.Empty : "s")}");
}
