using System.Globalization;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Storage.Checkpoints;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen undo [N]</c>: brings back what the last prompts have changed, or takes that back with <c>--redo</c>.</summary>
internal static class UndoCommand
{
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

    private static int List(WorkspaceServices project, IReadOnlyList<UndoStep> steps)
    {
        StandardStreams.Out(PlainText.Of(UndoText.List(steps)));
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
            StandardStreams.ErrorLine(steps.Count == 0 ? UndoText.List(steps).TrimEnd()
                : $"Only {UndoText.Count(steps.Count, "prompt")} can be undone; see qwen undo list.");
            return ExitCodes.Failure;
        }

        steps = [.. steps.Take(count)];
        foreach (var step in steps)
        {
            StandardStreams.Out($"{(options.IsDryRun ? "Would undo" : "Undo")}: {PlainText.Of(UndoText.Describe(step))}\n");
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
            StandardStreams.ErrorLine(PlainText.Of(UndoText.Conflicts(project.Workspace, plan, "add --force")).TrimEnd());
            return ExitCodes.Failure;
        }

        var files = options.IsDryRun ? plan.Files : await history.ApplyAsync(
            plan, options.Overwrites ? UndoConflicts.Overwrite : UndoConflicts.Refuse, cancellationToken).ConfigureAwait(false);
        StandardStreams.Out(PlainText.Of(UndoText.Files(project.Workspace, files)));
        StandardStreams.Out(files.Count == 0 || options.IsDryRun ? string.Empty : hint + "\n");
        return files.Any(static file => file.Problem is not null && !file.IsFolder) ? ExitCodes.Failure : ExitCodes.Success;
    }
}
