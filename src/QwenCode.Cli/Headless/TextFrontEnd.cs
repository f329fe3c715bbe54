using QwenCode.Cli.IO;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Cli.Headless;

/// <summary>The text format: the last answer on standard output, everything else on standard error.</summary>
internal sealed class TextFrontEnd : IFrontEnd
{
    private ApprovalMode _mode;

    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case TurnFailed failed:
                StandardStreams.ErrorLine(failed.Message);
                if (failed.Advice.Length > 0)
                {
                    StandardStreams.ErrorLine(failed.Advice);
                }

                break;
            case RunStarted started:
                _mode = started.Session.Mode;
                break;
            case ApprovalModeChanged changed:
                _mode = changed.Mode;
                break;

            // What rules and hooks deny is not allowed by another mode either.
            case ToolCallCompleted { IsDenial: true } call
                when _mode is ApprovalMode.Yolo || !call.ModelText.StartsWith("Qwen Code requires permission", StringComparison.Ordinal)
                    || IsByRule(call):
                StandardStreams.ErrorLine($"Warning: Tool \"{call.Call.Name}\" was denied: {call.ModelText}");
                break;
            case ToolCallCompleted { IsDenial: true } call:
                StandardStreams.ErrorLine(
                    $"Warning: Tool \"{call.Call.Name}\" requires user approval but cannot execute in non-interactive mode.\n"
                    + "To enable automatic tool execution, use the -y flag (YOLO mode):\nExample: qwen -p 'your prompt' -y");
                break;
            case TaskFinished { Task: { State: TaskState.Cancelled, Error: { } reason } } stopped:
                StandardStreams.ErrorLine($"{stopped.DisplayLine} {reason}");
                break;
            case NoticeRaised notice:
                StandardStreams.ErrorLine(notice.Text);
                break;
            case RunCompleted { Outcome: { End: RunEnd.Success } outcome }:
                StandardStreams.Out(outcome.Text.EndsWith('\n') ? outcome.Text : outcome.Text + "\n");
                break;
        }
    }

    // A tool that is withheld because nobody can approve it is named itself in the place of a rule; -y does help there.
    private static bool IsByRule(ToolCallCompleted call) =>
        call.ModelText.Contains("Matching deny rule", StringComparison.Ordinal)
        && !call.ModelText.Contains($"Matching deny rule: \"{call.Call.Name}\"", StringComparison.Ordinal);
}
