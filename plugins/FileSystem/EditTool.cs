using System.Text;
using QwenCode.Plugin.FileSystem.Editing;
using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Plugin.FileSystem.Text;
using QwenCode.Plugins;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.FileSystem;

/// <summary>Replaces text in a file, or creates a file.</summary>
[PluginTool(Order = -100)]
public sealed class EditTool : Tool
{
    /// <summary>Creates the tool.</summary>
    public EditTool()
        : base(new ToolDeclaration
        {
            Name = "edit",
            DisplayName = "Edit",
            Description = """
                Replaces text in a file. Read the file first: old_string has to be the text exactly as it stands there, indentation and
                line breaks included.
                It has to name one place: give enough of the lines around it (three before and after are usually enough), or set
                replace_all to change every occurrence.
                Do not escape anything in old_string and new_string; both are taken literally. An empty old_string creates a new file with
                new_string as its content.
                The file keeps its encoding and its line endings. To replace a whole file, use write_file.
                """,
            Parameters = ToolDeclaration.Schema("""
                {"type":"object","properties":{
                "file_path":{"type":"string","description":"Absolute path of the file."},
                "old_string":{"type":"string","description":"The exact text to replace. Empty to create a new file."},
                "new_string":{"type":"string","description":"The exact text to put in its place. Empty to delete."},
                "replace_all":{"type":"boolean","description":"Replace every occurrence of old_string. Default: false."}},
                "required":["file_path","old_string","new_string"]}
                """u8),
            Kind = ToolKind.Edit,
        })
    {
    }

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var given = arguments.String("file_path");
        if (string.IsNullOrWhiteSpace(given))
        {
            throw new ToolArgumentException("The 'file_path' parameter must be non-empty.");
        }

        if (!Path.IsPathFullyQualified(given))
        {
            throw new ToolArgumentException($"File path must be absolute: {given}");
        }

        PathArguments.CheckCharacters(given);
        // The answer to an edit shows lines of the file, so a file that may not be read may not be edited either; replacing it
        // whole shows nothing.
        if (PathArguments.RespectsQwenIgnore(context.Setting)
            && IgnoreScope.Judge(context.Workspace, given, PathKind.File, IgnoreFiles.Qwen) is not IgnoreVerdict.Visible)
        {
            throw new ToolArgumentException($"File path '{given}' is ignored by .qwenignore pattern(s).");
        }

        var request = new EditRequest(
            SettledPath.Of(Path.GetFullPath(given)),
            arguments.String("old_string") ?? throw new ToolArgumentException("params must have required property 'old_string'"),
            arguments.String("new_string") ?? throw new ToolArgumentException("params must have required property 'new_string'"),
            arguments.Boolean("replace_all") ?? false);
        return new Invocation(request, context);
    }

    private sealed class Invocation(EditRequest request, ToolContext context) : ToolInvocation
    {
        private const int ShownCharacters = 30;

        // What somebody may have been shown, and agreed to.
        private EditPlan? _shown;

        public override string Description
        {
            get
            {
                var shown = PathArguments.Shorten(context.Workspace, request.Path);
                return request.OldText.Length == 0 ? $"Create {shown}"
                    : request.OldText == request.NewText ? $"No file changes to {shown}"
                    : $"{shown}: {FirstLine(request.OldText)} => {FirstLine(request.NewText)}";
            }
        }

        public override IReadOnlyList<ToolLocation> Locations => [new(request.Path)];

        public override ToolConsent Consent => ToolConsent.Ask;

        public override async ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken)
        {
            var plan = await EditPlan.MakeAsync(request, context, cancellationToken).ConfigureAwait(false);
            if (plan.Failure is { } failure)
            {
                throw new ToolArgumentException(failure.Forecast, failure.Type);
            }

            _shown = plan;
            var diff = Diff(plan);
            return new EditConfirmation(
                $"Confirm Edit: {PathArguments.Shorten(context.Workspace, request.Path)}", request.Path, diff.Patch, plan.Before,
                plan.After);
        }

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            var plan = await EditPlan.MakeAsync(request, context, cancellationToken).ConfigureAwait(false);
            if (plan.Failure is { } failure)
            {
                return ToolResult.Failure(failure.Type, failure.Message);
            }

            // The same replacement in a file that changed around it is what was agreed to; more of them, or a file where there was
            // none, is not.
            if (_shown is { } shown && shown.Occurrences != plan.Occurrences
                && WrittenFiles.WasChangedByOthers(request.Place.Real, shown.Status, plan.Status))
            {
                return ToolResult.Failure(ToolError.FileWriteFailure, new FileChangedException(request.Path).Message);
            }

            try
            {
                await TextFileWriter.WriteAsync(request.Place, plan.Content, plan.Format, plan.Status, context, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (EncoderFallbackException)
            {
                return ToolResult.Failure(
                    ToolError.FileWriteFailure,
                    $"Error writing to file '{request.Path}': it is encoded as {plan.Format.Name}, which has no place for a character "
                    + "of new_string. Nothing was written; use other characters, or convert the file first.");
            }
            catch (Exception exception) when (exception is FileChangedException or PathMovedException)
            {
                return ToolResult.Failure(ToolError.FileWriteFailure, exception.Message);
            }
            catch (Exception exception) when (OsError.Covers(exception))
            {
                return ToolResult.Failure(ToolError.FileWriteFailure, OsError.From(exception).Describe("open", request.Path));
            }

            var diff = Diff(plan);
            var done = plan.Before is null
                ? $"Created new file: {request.Path} with provided content." : $"The file: {request.Path} has been updated.";
            return new ToolResult
            {
                Content = done + EditSnippet.Show(plan, context.Limits.MaxCharacters),
                Display = new FileDiffDisplay(request.Path, diff.Patch, plan.Before, plan.After, diff.Added, diff.Removed),
            };
        }

        private UnifiedDiff Diff(EditPlan plan) =>
            UnifiedDiff.Create(Path.GetFileName(request.Path), plan.Before ?? string.Empty, plan.After, "Current", "Proposed");

        private static string FirstLine(string text)
        {
            var end = text.AsSpan().IndexOfAny('\r', '\n');
            var line = end < 0 ? text : text[..end];
            return line.Length <= ShownCharacters && end < 0
                ? line : string.Concat(line.AsSpan(0, Math.Min(line.Length, ShownCharacters)), "...");
        }
    }
}
