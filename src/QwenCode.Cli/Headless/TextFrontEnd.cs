using QwenCode.Cli.IO;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>The text format: the last answer on standard output, everything else on standard error.</summary>
internal sealed class TextFrontEnd : IFrontEnd
{
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
            case ToolCallCompleted { IsDenial: true } call:
                StandardStreams.ErrorLine(
                    $"Warning: Tool \"{call.Call.Name}\" requires user approval but cannot execute in non-interactive mode.\n"
                    + "To enable automatic tool execution, use the -y flag (YOLO mode):\nExample: qwen -p 'your prompt' -y");
                break;
            case NoticeRaised notice:
                StandardStreams.ErrorLine(notice.Text);
                break;
            case RunCompleted { Outcome: { End: RunEnd.Success } outcome }:
                StandardStreams.Out(outcome.Text.EndsWith('\n') ? outcome.Text : outcome.Text + "\n");
                break;
        }
    }
}
