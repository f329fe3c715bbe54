using QwenCode.Cli.IO;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Cli.Interactive;

/// <summary>Shows a session to the user as it happens, line by line.</summary>
internal sealed class TranscriptFrontEnd : IFrontEnd
{
    private const int Width = 96;
    private static readonly bool HasColor = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && StandardStreams.IsOutputTerminal;
    private bool _isInText;

    /// <summary>Returns text in a colour, if the terminal shows colours.</summary>
    /// <param name="code">The code of "select graphic rendition" (ECMA-48).</param>
    /// <param name="text">The text.</param>
    public static string Color(string code, string text) => HasColor ? $"\u001b[{code}m{text}\u001b[0m" : text;

    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case TextDelta { ParentCallId: null } delta:
                StandardStreams.Out(_isInText ? PlainText.Of(delta.Text) : $"\n{Color("36", "●")} {PlainText.Of(delta.Text)}");
                _isInText = true;
                break;
            case AnswerRestarted { ParentCallId: null } restarted:
                EndText();
                StandardStreams.Out($"{Color("33", "↻")} the answer begins again: {PlainText.Line(restarted.Reason, Width)}\n");
                break;
            case AnswerCompleted { ParentCallId: null }:
                EndText();
                break;
            case ToolCallCompleted call:
                var indent = call.ParentCallId is null ? "  " : "    ";
                var mark = call.Status is ToolCallStatus.Success ? Color("32", "✓") : Color("31", "✗");
                StandardStreams.Out(
                    $"{indent}{mark} {Color("1", PlainText.Line(call.Call.DisplayName, Width))} "
                        + $"{PlainText.Line(call.Call.Description, Width)}\n"
                    + $"{indent}    {Color("2", PlainText.Line(Shown(call), Width))}\n");
                break;
            case ContextDescribed described:
                StandardStreams.Out($"{PlainText.Of(described.Text)}\n");
                break;
            case CompactionStarted { ParentCallId: null }:
                EndText();
                StandardStreams.Out($"  {Color("2", "compressing the context…")}\n");
                break;
            case ConversationCompacted { ParentCallId: null } compacted:
                StandardStreams.Out($"{Color("35", "✦")} {compacted.Text}\n");
                break;
            case CommandAnswered answered:
                StandardStreams.Out($"{PlainText.Of(answered.Text.TrimEnd())}\n");
                break;
            case TaskStarted started:
                StandardStreams.Out($"  {Color("33", "◌")} started in the background: {PlainText.Line(started.Task.Id, Width)}\n");
                break;
            case TaskFinished finished:
                StandardStreams.Out($"\n{Color("33", "◉")} {PlainText.Line(finished.DisplayLine, Width)}\n");
                break;
            case CronFired fired:
                StandardStreams.Out($"\n{Color("33", "●")} {PlainText.Line(fired.DisplayText, Width)}\n");
                break;
            case ApprovalModeChanged changed:
                StandardStreams.Out($"  {Color("2", $"approval mode: {Permissions.ApprovalModes.ToWire(changed.Mode)}")}\n");
                break;
            case ModelChanged changed:
                StandardStreams.Out($"  {Color("2", $"model: {PlainText.Line(changed.Model, Width)}")}\n");
                break;
            case TurnFailed failed:
                EndText();
                StandardStreams.Out(
                    $"\n{Color("31", PlainText.Of(failed.Message))}\n{(failed.Advice.Length == 0 ? string.Empty : failed.Advice + "\n")}");
                break;
            case RunCompleted completed:
                EndText();
                StandardStreams.Out($"\n{Color("2", Summary(completed.Outcome))}\n");
                break;
        }
    }

    private static string Summary(RunOutcome outcome) =>
        $"{(outcome.End is RunEnd.Cancelled ? "interrupted, " : string.Empty)}{outcome.Turns} turns, "
            + $"{outcome.Usage.Tools.Values.Sum(static tool => tool.Calls)} tool calls, {outcome.Duration.TotalSeconds:0.0} s";

    private static string Shown(ToolCallCompleted call) => call.Result?.Display switch
    {
        TextDisplay { Text.Length: > 0 } text => text.Text,
        TodoDisplay todo =>
            string.Join(" · ", todo.Items.Select(static item => $"{(item.Status == "completed" ? "☑" : "☐")} {item.Content}")),
        FileDiffDisplay diff => $"{Path.GetFileName(diff.FilePath)}: +{diff.LinesAdded} −{diff.LinesRemoved}",
        _ => call.ModelText,
    };

    private void EndText()
    {
        if (_isInText)
        {
            StandardStreams.Out("\n");
            _isInText = false;
        }
    }
}
