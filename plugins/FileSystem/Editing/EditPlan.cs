using System.Text;
using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Plugin.FileSystem.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>What an edit would make of a file, worked out without touching it.</summary>
internal sealed record EditPlan
{
    /// <summary>Gets why the edit cannot be made; the rest is without meaning then.</summary>
    public EditFailure? Failure { get; init; }

    /// <summary>Gets the text before, with line feeds only; <c>null</c> for a new file.</summary>
    public string? Before { get; init; }

    /// <summary>Gets the text after, with line feeds only.</summary>
    public string After { get; init; } = string.Empty;

    /// <summary>Gets what is to be written, every line with its own ending.</summary>
    public string Content { get; init; } = string.Empty;

    /// <summary>Gets how the file keeps its text.</summary>
    public TextFormat Format { get; init; } = TextFormat.Utf8;

    /// <summary>Gets the file as it was when the plan was made.</summary>
    public FileStatus Status { get; init; }

    /// <summary>Gets how many places are changed.</summary>
    public int Occurrences { get; init; }

    /// <summary>Gets where the first change begins in <see cref="After"/>.</summary>
    public int ChangeStart { get; init; }

    /// <summary>Gets where the last change ends in <see cref="After"/>.</summary>
    public int ChangeEnd { get; init; }

    /// <summary>Works an edit out.</summary>
    public static async ValueTask<EditPlan> MakeAsync(EditRequest request, ToolContext context, CancellationToken cancellationToken)
    {
        var path = request.Path;
        try
        {
            request.Place.Check();
            var status = FileStatus.Of(path);
            switch (status.Type)
            {
                case FileType.Missing when request.OldText.Length > 0:
                    return Missing(path);
                case FileType.Missing:
                    return Create(request, context, status);
                case FileType.Directory:
                    return Unreadable("EISDIR: illegal operation on a directory, read");
                case FileType.Special:
                    return Unreadable($"Not a regular file: {path}");
            }

            if (request.OldText.Length == 0)
            {
                return Fail(
                    "attempt_to_create_existing_file",
                    $"File already exists, cannot create: {path}",
                    $"An empty old_string creates a file, but {path} exists already. Put the text to replace into old_string, or use "
                    + "write_file to replace the whole file.");
            }

            var file = await TextFile.ReadAsync(request.Place, status, context, cancellationToken).ConfigureAwait(false);
            return Change(request, file, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return Missing(path);
        }
        catch (Exception exception) when (exception is UndecodableTextException or PathMovedException)
        {
            return Unreadable(exception.Message);
        }
        catch (Exception exception) when (OsError.Covers(exception))
        {
            return Unreadable(OsError.From(exception).Describe("open", path));
        }
    }

    private static EditPlan Create(EditRequest request, ToolContext context, FileStatus status)
    {
        if (request.NewText.Length == 0)
        {
            return Unchanged($"No changes to apply. The old_string and new_string are identical in file: {request.Path}");
        }

        var format = NewFiles.FormatFor(request.Path, context);
        return new EditPlan
        {
            After = Newlines.Normalize(request.NewText), Content = NewFiles.WithNewlines(request.Path, request.NewText), Format = format,
                Status = status,
            ChangeEnd = Newlines.Normalize(request.NewText).Length,
        };
    }

    private static EditPlan Change(EditRequest request, TextFile file, CancellationToken cancellationToken)
    {
        var path = request.Path;
        var before = Newlines.Normalize(file.Text);
        var newText = Newlines.Normalize(request.NewText);
        var wanted = Newlines.Normalize(request.OldText);
        if (TextLocator.Find(before, wanted) is not { } located)
        {
            var advice = ClosestText.Describe(before, wanted, cancellationToken)
                ?? "Nothing in the file comes close.";
            return Fail(
                "edit_no_occurrence_found",
                $"Failed to edit, 0 occurrences found for old_string in {path}. No edits made. The text has to match the file exactly, "
                + $"white space and indentation included; read the file again with read_file. {advice}",
                $"Failed to edit, could not find the string to replace. {advice}");
        }

        newText = located.IsNewlineDropped && newText.EndsWith('\n') ? newText[..^1] : newText;
        var places = Places(before, located.Text);
        if (places.Count > 1 && !request.ReplaceAll)
        {
            var lines = string.Join(", ", places.Take(10).Select(place => before.AsSpan(0, place).Count('\n') + 1))
                + (places.Count > 10 ? ", …" : string.Empty);
            return Fail(
                "edit_expected_occurrence_mismatch",
                $"Failed to edit. Found {places.Count} occurrences of old_string in {path} (at lines {lines}) but replace_all is off. "
                + "Give more of the surrounding text to name one of them, or set replace_all.",
                $"Failed to edit because the text matches multiple locations ({places.Count}, at lines {lines}). Give more of the "
                + "surrounding text, or set replace_all.");
        }

        if (located.Text == newText)
        {
            return Unchanged($"No changes to apply. The old_string and new_string are identical in file: {path}");
        }

        var plan = Replace(file, before, places, located.Text, newText);
        return plan.After == before
            ? Unchanged($"No changes to apply. The new content is identical to the current content in file: {path}")
            : plan;
    }

    private static List<int> Places(string text, string sought)
    {
        var places = new List<int>();
        for (var at = text.IndexOf(sought, StringComparison.Ordinal); at >= 0; at = text.IndexOf(
            sought, at + sought.Length, StringComparison.Ordinal))
        {
            places.Add(at);
        }

        return places;
    }

    private static EditPlan Replace(TextFile file, string before, List<int> places, string oldText, string newText)
    {
        // With no pair of "\r\n" in it the file is its own normalised form.
        var isPlain = ReferenceEquals(before, file.Text) || before.Length == file.Text.Length;
        var newline = isPlain ? "\n" : Newlines.DominantIn(file.Text);
        var positions = new Newlines.Positions(file.Text);
        var content = new StringBuilder(file.Text.Length + (places.Count * Math.Max(0, newText.Length - oldText.Length)));
        var after = isPlain ? content : new StringBuilder(before.Length);
        int copied = 0, copiedOriginal = 0, change = 0;
        foreach (var place in places)
        {
            var end = place + oldText.Length;

            // Whole lines that are deleted take their line ends with them, or each would leave an empty line behind.
            if (newText.Length == 0 && !oldText.EndsWith('\n') && end < before.Length && before[end] == '\n'
                && (place == 0 || before[place - 1] == '\n'))
            {
                end++;
            }

            var original = isPlain ? place : positions.Find(place);
            var originalEnd = isPlain ? end : positions.Find(end);
            content.Append(file.Text, copiedOriginal, original - copiedOriginal);
            if (!isPlain)
            {
                after.Append(before, copied, place - copied);
                after.Append(newText);
                var region = file.Text.AsSpan(original, originalEnd - original);
                content.Append(Newlines.Apply(newText, region.Contains('\n') ? Newlines.DominantIn(region) : newline));
            }
            else
            {
                content.Append(newText);
            }

            change = after.Length;
            (copied, copiedOriginal) = (end, originalEnd);
        }

        content.Append(file.Text, copiedOriginal, file.Text.Length - copiedOriginal);
        if (!isPlain)
        {
            after.Append(before, copied, before.Length - copied);
        }

        var written = content.ToString();
        return new EditPlan
        {
            Before = before, After = isPlain ? written : after.ToString(), Content = written, Format = file.Format, Status = file.Status,
                Occurrences = places.Count,
            ChangeStart = places[0], ChangeEnd = change,
        };
    }

    private static EditPlan Missing(string path) => Fail(
        ToolError.FileNotFound, $"File not found: {path}", $"File not found: {path}. Use an empty old_string to create a new file.");

    private static EditPlan Unchanged(string message) => Fail("edit_no_change", message, message);

    private static EditPlan Unreadable(string message) =>
        new() { Failure = new EditFailure("edit_preparation_failure", message, $"Error preparing edit: {message}") };

    private static EditPlan Fail(string type, string message, string forecast) =>
        new() { Failure = new EditFailure(type, message, $"Edit error: {forecast}") };
}
