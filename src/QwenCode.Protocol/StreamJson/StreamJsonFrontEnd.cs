using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.StreamJson;

/// <summary>Renders a session as stream-json messages: the json and stream-json formats, and what SDK hosts read.</summary>
/// <param name="writer">Where messages are written.</param>
/// <param name="includePartial">Whether stream events are written.</param>
/// <param name="includeStats">Whether results carry numbers by model and tool.</param>
/// <param name="slashCommands">Returns the commands that can be used, sorted.</param>
/// <param name="version">The program's version.</param>
public sealed class StreamJsonFrontEnd(
    MessageWriter writer, bool includePartial, bool includeStats, Func<IReadOnlyList<string>> slashCommands, string version) : IFrontEnd
{
    private readonly ShownText _text = new();
    private string _model = string.Empty;
    private string _messageId = string.Empty;
    private Block _open;
    private bool _isStarted;

    private enum Block
    {
        None,
        Thinking,
        Text,
    }

    /// <summary>Gets whether the beginning and the result of each run are written.</summary>
    /// <value>The default is <c>true</c>.</value>
    public bool WritesRuns { get; init; } = true;

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case RunStarted run when WritesRuns:
                writer.Init(run.Session, slashCommands(), version);
                break;
            case AnswerStarted { ParentCallId: null } answer:
                _model = answer.Model;
                _isStarted = false;
                Reset();
                break;
            case ThinkingDelta { ParentCallId: null } delta:
                Add(Block.Thinking, delta.Text);
                break;
            case TextDelta { ParentCallId: null } delta:
                Add(Block.Text, delta.Text);
                break;
            case AnswerRestarted { ParentCallId: null }:
                _text.Restart();
                break;
            case AnswerCompleted { ParentCallId: null } answer:
                Complete(answer);
                break;
            case AnswerCompleted answer:
                CompleteChild(answer);
                break;
            case ContextDescribed described:
                writer.ContextUsage(described.Report, described.Text);
                break;
            case ConversationCompacted { ParentCallId: null } compacted:
                writer.Compacted(compacted);
                break;
            case ToolCallCompleted call:
                writer.ToolResult(call.ParentCallId, call.Call.Id, call.Status is not ToolCallStatus.Success, Shown(call));
                break;
            case ToolCallProgressed { Progress: StepProgress step } progress when includePartial:
                Progress(progress, step);
                break;
            case AgentLaunched launched:
                writer.UserText(launched.ParentCallId, launched.Prompt);
                break;
            case TaskStarted started:
                writer.TaskStarted(started.Task);
                break;
            case TaskFinished finished:
                writer.UserText(null, finished.DisplayLine);
                writer.TaskNotification(finished.Task);
                break;
            case TurnFailed failed:
                writer.AssistantText(MessageWriter.NewId(), _model, null, failed.Message, isThinking: false, null);
                break;
            // A session that is shut down has no reader of results any more; one that was interrupted goes on with its next prompt.
            case RunCompleted { Outcome: var outcome } when WritesRuns && (outcome.End is not RunEnd.Cancelled || outcome.IsInterrupted):
                writer.Result(outcome, includeStats);
                break;
        }
    }

    /// <summary>Writes a run that needed no model: the answer of a command.</summary>
    /// <param name="info">How the session stands.</param>
    /// <param name="text">The answer.</param>
    /// <param name="end">Whether it is a success.</param>
    public void Answer(SessionInfo info, string text, RunEnd end)
    {
        ArgumentNullException.ThrowIfNull(info);
        writer.Init(info, slashCommands(), version);
        writer.AssistantText(MessageWriter.NewId(), info.Model, null, text, isThinking: false, null);
        writer.Result(new RunOutcome(end, text, 0, TimeSpan.Zero, TimeSpan.Zero), includeStats);
    }

    // The user sees what the tool made for them if that is text; a failure reads as it does for the model.
    private static string Shown(ToolCallCompleted call) =>
        call is { Status: ToolCallStatus.Success, Result.Display: TextDisplay { Text: { } text } } && !string.IsNullOrWhiteSpace(text)
            ? text : call.ModelText;

    private void Add(Block block, string text)
    {
        if (_open != block)
        {
            Close(null);
            _open = block;
            _messageId = MessageWriter.NewId();
            if (includePartial)
            {
                Start();
                writer.StreamEvent(null, json =>
                {
                    json.WriteString("type"u8, "content_block_start"u8);
                    json.WriteNumber("index"u8, 0);
                    json.WriteStartObject("content_block"u8);
                    json.WriteString("type"u8, block is Block.Thinking ? "thinking"u8 : "text"u8);
                    json.WriteString(block is Block.Thinking ? "thinking"u8 : "text"u8, ""u8);
                    if (block is Block.Thinking)
                    {
                        json.WriteString("signature"u8, ""u8);
                    }

                    json.WriteEndObject();
                });
            }
        }

        var rest = _text.Add(text);
        if (includePartial && rest.Length > 0)
        {
            writer.Delta(0, block is Block.Thinking, rest);
        }
    }

    private void Start()
    {
        if (_isStarted)
        {
            return;
        }

        _isStarted = true;
        writer.StreamEvent(null, json =>
        {
            json.WriteString("type"u8, "message_start"u8);
            json.WriteStartObject("message"u8);
            json.WriteString("id"u8, _messageId);
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("model"u8, _model);
            json.WriteStartArray("content"u8);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private void Close(UsageDetails? usage)
    {
        if (_open is not Block.None)
        {
            if (includePartial)
            {
                Stop(null, 0);
            }

            if (!_text.IsEmpty)
            {
                writer.AssistantText(_messageId, _model, null, _text.Text, _open is Block.Thinking, usage);
            }
        }

        Reset();
    }

    private void Reset()
    {
        _open = Block.None;
        _text.Reset();
    }

    private void Complete(AnswerCompleted answer)
    {
        var calls = Calls(answer);
        Close(calls.Count == 0 ? answer.Usage : null);
        if (calls.Count > 0)
        {
            _messageId = MessageWriter.NewId();
            if (includePartial)
            {
                Start();
                for (var i = 0; i < calls.Count; i++)
                {
                    CallBlock(null, i, calls[i]);
                }
            }

            writer.AssistantCalls(_messageId, answer.Model, null, calls, answer.Usage);
        }

        if (includePartial && _isStarted)
        {
            writer.StreamEvent(null, static json => json.WriteString("type"u8, "message_stop"u8));
            _isStarted = false;
        }
    }

    private void CompleteChild(AnswerCompleted answer)
    {
        foreach (var call in Calls(answer))
        {
            if (includePartial)
            {
                CallBlock(answer.ParentCallId, 0, call);
            }

            writer.AssistantCalls(MessageWriter.NewId(), answer.Model, answer.ParentCallId, [call], null);
        }
    }

    private void CallBlock(string? parent, int index, ToolCallInfo call)
    {
        writer.StreamEvent(parent, json =>
        {
            json.WriteString("type"u8, "content_block_start"u8);
            json.WriteNumber("index"u8, index);
            json.WriteStartObject("content_block"u8);
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, call.Id);
            json.WriteString("name"u8, call.Name);
            json.WriteStartObject("input"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        writer.StreamEvent(parent, json =>
        {
            json.WriteString("type"u8, "content_block_delta"u8);
            json.WriteNumber("index"u8, index);
            json.WriteStartObject("delta"u8);
            json.WriteString("type"u8, "input_json_delta"u8);
            json.WriteString("partial_json"u8, call.Input.GetRawText());
            json.WriteEndObject();
        });
        Stop(parent, index);
    }

    private void Stop(string? parent, int index) => writer.StreamEvent(parent, json =>
    {
        json.WriteString("type"u8, "content_block_stop"u8);
        json.WriteNumber("index"u8, index);
    });

    private void Progress(ToolCallProgressed progress, StepProgress step) => writer.StreamEvent(progress.ParentCallId, json =>
    {
        json.WriteString("type"u8, "tool_progress"u8);
        json.WriteString("tool_use_id"u8, progress.CallId);
        json.WriteStartObject("content"u8);
        json.WriteString("type"u8, "mcp_tool_progress"u8);
        json.WriteNumber("progress"u8, step.Progress);
        if (step.Total is { } total)
        {
            json.WriteNumber("total"u8, total);
        }

        if (step.Message is { } message)
        {
            json.WriteString("message"u8, message);
        }

        json.WriteEndObject();
    });

    private static List<ToolCallInfo> Calls(AnswerCompleted answer)
    {
        var calls = new List<ToolCallInfo>();
        foreach (var content in answer.Message.Contents)
        {
            if (content is FunctionCallContent call)
            {
                var input = ToolCallArguments.Of(call).Value is { ValueKind: System.Text.Json.JsonValueKind.Object } json
                    ? json : ToolArguments.None.Json;
                calls.Add(new ToolCallInfo(call.CallId, call.Name, input));
            }
        }

        return calls;
    }
}
