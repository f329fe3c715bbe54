using System.Globalization;
using QwenCode.Platform.Text;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Checkpoints;

/// <summary>What users read of an undo. Each text ends its last line.</summary>
public static class UndoText
{
    private const int ShownFiles = 40;
    private const int ShownPrompt = 60;

    /// <summary>Describes prompts that can be undone, numbered, one a line.</summary>
    /// <param name="steps">The prompts, the latest first.</param>
    public static string List(IReadOnlyList<UndoStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return steps.Count == 0 ? "There is nothing to undo: no prompt has changed a file, or all changes are undone.\n"
            : string.Concat(steps.Select(static (step, index) => string.Create(CultureInfo.InvariantCulture,
                $"{index + 1,3}  {step.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {Count(step.Files.Count, "file"),-9}  {Describe(step)}\n")));
    }

    /// <summary>Describes a prompt in a few words.</summary>
    /// <param name="step">The prompt.</param>
    public static string Describe(UndoStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var prompt = Plain(step.Prompt.ReplaceLineEndings(" "));
        return (prompt.Length == 0 ? "(no prompt)"
            : $"\"{(prompt.Length <= ShownPrompt ? prompt : TextCut.Head(prompt, ShownPrompt) + "…")}\"")
            + (step.IsInterrupted ? "  (a process was killed: changes of others since may be among these)" : string.Empty);
    }

    /// <summary>Says which files were or would be brought back, and which could not be.</summary>
    /// <param name="workspace">The project.</param>
    /// <param name="files">The files.</param>
    public static string Files(Workspace workspace, IReadOnlyList<UndoFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var problems = files.Where(static file => file.Problem is not null).ToList();
        return files.Count == 0 ? "All files are as they were already.\n"
            : Lines(files.Where(static file => file.Problem is null).Select(file => $"  {Verb(file.Act)} {Shorten(workspace, file)}"))
            + (problems.Count == 0 ? string.Empty
                : "Not brought back:\n" + Lines(problems.Select(file => $"  {Shorten(workspace, file)} {Plain(file.Problem!)}")));
    }

    /// <summary>Names the files that somebody else has changed since.</summary>
    /// <param name="workspace">The project.</param>
    /// <param name="plan">The plan that was not carried out.</param>
    /// <param name="advice">How to overwrite them, such as <c>add --force</c>.</param>
    public static string Conflicts(Workspace workspace, UndoPlan plan, string advice)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return $"Nothing was changed: these files have been changed since by somebody else. To overwrite them, {advice}.\n"
            + Lines(plan.Conflicts.Select(file => "  " + Shorten(workspace, file)));
    }

    /// <summary>Writes a number with its noun.</summary>
    /// <param name="count">The number.</param>
    /// <param name="noun">The noun for one.</param>
    public static string Count(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? string.Empty : "s")}");

    private static string Lines(IEnumerable<string> lines)
    {
        var all = lines.ToList();
        var shown = string.Concat(all.Take(ShownFiles).Select(static line => line + "\n"));
        return all.Count > ShownFiles ? $"{shown}  … and {all.Count - ShownFiles} more\n" : shown;
    }

    private static string Verb(UndoAct act) => act switch
    {
        UndoAct.Delete => "deleted   ",
        UndoAct.Recreate => "recreated ",
        _ => "restored  ",
    };

    private static string Shorten(Workspace workspace, UndoFile file) =>
        Plain(workspace.Shorten(file.Path)) + (file.IsFolder ? "/" : string.Empty);

    // A name with a line feed would stand for two files.
    private static string Plain(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 ? text
        : string.Concat(text.Select(static letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
