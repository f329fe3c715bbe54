using System.Globalization;
using QwenCode.Agents;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Acp;

/// <summary>Renders a session as updates of the Agent Client Protocol.</summary>
/// <remarks>
/// A call that asked for permission is announced by its question, so it gets no <c>tool_call</c>; one that the client refused gets
/// nothing more. The list of things to do is a plan instead of a call.
/// </remarks>
public sealed class AcpFrontEnd : IFrontEnd
{
    private readonly UpdateWriter _updates;
    private readonly AcpClient _client;
    private readonly Action _configurationChanged;
    private readonly Dictionary<AgentId, Text> _texts = [];
    private readonly Dictionary<AgentId, string> _types = [];
    private readonly Dictionary<(AgentId Agent, string Call), CallState> _calls = [];
    private readonly HashSet<(AgentId Agent, string Call)> _terminals = [];
    private readonly Dictionary<string, string> _asked = [];
    private readonly HashSet<string> _withdrawn = [];

    /// <param name="peer">The client.</param>
    /// <param name="client">What it can do.</param>
    /// <param name="session">The session.</param>
    /// <param name="configurationChanged">Runs after the mode or the model changed by other means than the client's request.</param>
    public AcpFrontEnd(JsonRpcPeer peer, AcpClient client, string session, Action configurationChanged)
    {
        (_updates, _client, _configurationChanged) = (new UpdateWriter(peer, session), client, configurationChanged);
    }

    private enum CallState
    {
        Announced,
        Asked,
        Refused,
    }

    /// <summary>Gets or sets whether changes of mode and model are the client's own, so that it need not be told.</summary>
    public bool IsClientChanging { get; set; }

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case AnswerStarted:
                TextOf(agentEvent).Reset();
                break;
            case ThinkingDelta delta:
                Add(delta, ChunkKind.Thought, delta.Text);
                break;
            case TextDelta delta:
                Add(delta, ChunkKind.Agent, delta.Text);
                break;
            case AnswerRestarted:
                TextOf(agentEvent).Shown.Restart();
                break;
            case AnswerCompleted { Usage: { } usage } answer:
                _updates.Usage(usage, answer.Duration, Meta(answer));
                break;
            case ToolCallStarted { Call.Name: not "todo_write" } started
                when _calls.TryAdd((started.Agent, started.Call.Id), CallState.Announced):
                _updates.Call(started.Call, started.ParentCallId is null ? "in_progress" : "pending", Meta(started, started.Call));
                break;
            case ToolCallProgressed { Progress: TerminalProgress terminal } progressed:
                Show(progressed, terminal);
                break;
            case ToolCallProgressed progressed:
                Progress(progressed);
                break;
            case ToolCallCompleted completed:
                Complete(completed);
                break;
            case ContextDescribed described:
                ShowMessage(described.Text);
                break;
            case CompactionStarted { IsAutomatic: false }:
                ShowMessage("Compressing the context…");
                break;
            case CommandAnswered answered:
                ShowMessage(answered.Text);
                break;
            case ConversationCompacted { IsAutomatic: false } compacted:
                ShowMessage(compacted.Text);
                break;
            case PermissionRequested asked:
                _asked[asked.RequestId] = asked.Call.Id;
                _calls[(asked.Agent, asked.Call.Id)] = CallState.Asked;
                break;
            case PermissionSettled settled when _asked.Remove(settled.RequestId, out var call):
                Settle(settled, call);
                break;
            case AgentLaunched { IsBackground: false } launched:
                _types[launched.Agent] = launched.Type;
                break;
            case AgentEnded ended:
                _types.Remove(ended.Agent);
                _texts.Remove(ended.Agent);
                break;
            case RunCompleted:
                // What was cancelled has no end of its own.
                _types.Clear();
                _texts.Clear();
                break;
            case TaskFinished finished:
                _updates.Chunk(ChunkKind.User, finished.DisplayLine, new UpdateMeta { Source = "notification" });
                break;
            case CronFired fired:
                _updates.Chunk(ChunkKind.User, fired.DisplayText, new UpdateMeta { Source = "cron" });
                break;
            case ApprovalModeChanged changed when !IsClientChanging:
                _updates.Mode(changed.Mode);
                _configurationChanged();
                break;
            case ModelChanged when !IsClientChanging:
                _configurationChanged();
                break;
            case NoticeRaised notice:
                ShowNotice(notice.Text);
                break;
        }
    }

    /// <summary>Says which commands a prompt may begin with.</summary>
    /// <param name="commands">Their names and what each does.</param>
    public void ShowCommands(IEnumerable<(string Name, string Description)> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        _updates.Send("available_commands_update", json =>
        {
            json.WriteStartArray("availableCommands"u8);
            foreach (var (name, description) in commands)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, name);
                json.WriteString("description"u8, description);
                json.WriteNull("input"u8);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Notes that a question is settled although the client has not answered it. Called before that event.</summary>
    /// <param name="requestId">The question.</param>
    public void Withdraw(string requestId) => _withdrawn.Add(requestId);

    /// <summary>Says how the session's configuration options stand, if the client follows them.</summary>
    /// <param name="state">The choices and what is chosen.</param>
    public void ShowConfiguration(AcpSessionState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (_client.FollowsConfiguration)
        {
            _updates.Send("config_option_update", state.WriteOptions);
        }
    }

    /// <summary>Shows a text of the program's own as a message of the agent.</summary>
    /// <param name="text">The text.</param>
    public void ShowMessage(string text) => _updates.Chunk(ChunkKind.Agent, text, default);

    /// <summary>Shows something the user should know that is no part of the conversation, if the client shows such things.</summary>
    /// <param name="text">What.</param>
    public void ShowNotice(string text)
    {
        if (_client.ShowsNotices)
        {
            _updates.Notice("warning", text);
        }
    }

    private void Add(AgentEvent agentEvent, ChunkKind kind, string text)
    {
        var shown = TextOf(agentEvent);
        if (shown.Kind != kind)
        {
            shown.Reset();
            shown.Kind = kind;
        }

        if (shown.Shown.Add(text) is { Length: > 0 } rest)
        {
            _updates.Chunk(kind, rest, Meta(agentEvent));
        }
    }

    private Text TextOf(AgentEvent agentEvent) =>
        _texts.TryGetValue(agentEvent.Agent, out var text) ? text : _texts[agentEvent.Agent] = new Text();

    private void Progress(ToolCallProgressed progressed)
    {
        var text = progressed.Progress switch
        {
            OutputProgress output => output.Text,
            StepProgress step => string.Create(
                CultureInfo.InvariantCulture,
                $"{step.Progress:0.##}{(step.Total is { } total ? $" of {total:0.##}" : string.Empty)} {step.Message}").TrimEnd(),
            _ => null,
        };
        if (text is not null)
        {
            _updates.Progress(progressed.CallId, text, Meta(progressed));
        }
    }

    private void Show(ToolCallProgressed progressed, TerminalProgress terminal)
    {
        // A call that code inside another call makes is not announced.
        if (_calls.ContainsKey((progressed.Agent, progressed.CallId)))
        {
            _terminals.Add((progressed.Agent, progressed.CallId));
            _updates.Terminal(progressed.CallId, terminal.TerminalId, Meta(progressed));
        }
    }

    private void Settle(PermissionSettled settled, string call)
    {
        // A client that has answered knows that the call ends with it.
        var isRefused = settled.Outcome is PermissionOutcome.Cancel && !_withdrawn.Remove(settled.RequestId);
        if (settled.Agent != AgentId.Main && !_types.ContainsKey(settled.Agent))
        {
            // What a background agent does is not shown, so no end of the call would be.
            _calls.Remove((settled.Agent, call));
        }
        else
        {
            _calls[(settled.Agent, call)] = isRefused ? CallState.Refused : CallState.Asked;
        }
    }

    private void Complete(ToolCallCompleted completed)
    {
        var isKnown = _calls.Remove((completed.Agent, completed.Call.Id), out var state);
        var isSuccess = completed.Status is ToolCallStatus.Success;

        // The terminal shows it all, and stays if the content is left as it is. It is given back by now: Zed fails on an update that names
        // it again.
        var keepsContent = _terminals.Remove((completed.Agent, completed.Call.Id)) && completed.Status is not ToolCallStatus.Error;
        if (isSuccess && completed.Result?.Display is TodoDisplay todo)
        {
            _updates.Plan(todo, Meta(completed));
            return;
        }

        if (isKnown && state is CallState.Refused && completed.Status is ToolCallStatus.Cancelled)
        {
            return;
        }

        var meta = Meta(completed, completed.Call);
        if (!isKnown)
        {
            // It was refused before it could run; an update of a call that was never announced would be lost.
            _updates.Call(completed.Call, "pending", meta);
        }

        _updates.Result(completed.Call.Id, isSuccess, completed.Result, completed.ModelText, meta, keepsContent);
    }

    private UpdateMeta Meta(AgentEvent agentEvent, ToolCallInfo? call = null) => new()
    {
        ToolName = call?.Name,
        ParentCallId = agentEvent.ParentCallId,
        AgentType = agentEvent.ParentCallId is null ? null : _types.GetValueOrDefault(agentEvent.Agent),
    };

    private sealed class Text
    {
        public ShownText Shown { get; } = new();

        public ChunkKind? Kind { get; set; }

        public void Reset()
        {
            Shown.Reset();
            Kind = null;
        }
    }
}
