using QwenCode.Cli.IO;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary>Shows a session to a person as it happens, line by line.</summary>
internal sealed class TranscriptFrontEnd : IFrontEnd
{
    private const int Width = 96;
    private readonly bool _hasColor = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && StandardStreams.IsOutputTerminal;
    private bool _isInText;

    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case TextDelta { ParentCallId: null } delta:
                StandardStreams.Out(_isInText ? delta.Text : $"\n{Color("36", "●")} {delta.Text}");
                _isInText = true;
                break;
            case AnswerCompleted { ParentCallId: null } when _isInText:
                StandardStreams.Out("\n");
                _isInText = false;
                break;
            case ToolCallCompleted call:
                var indent = call.ParentCallId is null ? "  " : "    ";
                var mark = call.Status is ToolCallStatus.Success ? Color("32", "✓") : Color("31", "✗");
                StandardStreams.Out($"{indent}{mark} {Color("1", call.Call.DisplayName)} {Cut(call.Call.Description)}\n{indent}    {Color("2", Cut(Shown(call)))}\n");
                break;
            case TaskStarted started:
                StandardStreams.Out($"  {Color("33", "◌")} started in the background: {started.Task.Id}\n");
                break;
            case TaskFinished finished:
                StandardStreams.Out($"\n{Color("33", "◉")} {finished.DisplayLine}\n");
                break;
            case TurnFailed failed:
                StandardStreams.Out($"\n{failed.Message}\n");
                break;
            case RunCompleted completed:
                StandardStreams.Out(
                    $"\n{Color("2", $"{completed.Outcome.Turns} turns, {completed.Outcome.Usage.Tools.Values.Sum(static tool => tool.Calls)} tool calls, {completed.Outcome.Duration.TotalSeconds:0.0} s")}\n");
                break;
        }
    }

    private static string Shown(ToolCallCompleted call) => call.Result?.Display switch
    {
        TextDisplay { Text.Length: > 0 } text => text.Text,
        TodoDisplay todo => string.Join(" · ", todo.Items.Select(static item => $"{(item.Status == "completed" ? "☑" : "☐")} {item.Content}")),
        _ => call.ModelText,
    };

    private static string Cut(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= Width ? line : line[..Width] + "…";
    }

    private string Color(string code, string text) => _hasColor ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
