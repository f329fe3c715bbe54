using QwenCode.Protocol.Control;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;

namespace QwenCode.Cli.Interactive.DualOutput;

/// <summary>
/// A conversation in the terminal as messages for another program, and what that program has to say to it: the same messages that
/// stream-json has, without the bounds of runs, and with the questions about calls.
/// </summary>
internal sealed class SecondOutput : IFrontEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _questions = new(StringComparer.Ordinal);
    private readonly List<AgentEvent> _early = [];
    private readonly EventSink _sink;
    private readonly MessageWriter _messages;
    private readonly ControlWriter _control;
    private readonly StreamJsonFrontEnd _frontEnd;
    private bool _hasStarted;

    /// <param name="target">Where the messages go.</param>
    /// <param name="session">The session.</param>
    /// <param name="warn">Takes why no further messages are written.</param>
    public SecondOutput(EventTarget target, SessionId session, Action<string> warn)
    {
        _sink = new EventSink(target.Name, target.Open, warn);
        _messages = new MessageWriter(_sink, session.Value);
        _control = new ControlWriter(_sink);
        _frontEnd = new StreamJsonFrontEnd(_messages, includePartial: true, includeStats: false, static () => [], ProgramVersion.Text)
        {
            WritesRuns = false,
        };
    }

    /// <summary>Writes the first message.</summary>
    /// <param name="info">How the session stands.</param>
    public void Start(SessionInfo info)
    {
        lock (_gate)
        {
            _sink.Start();
            _messages.SessionStart(info, ProgramVersion.Text);
            _hasStarted = true;
            _early.ForEach(Show);
            _early.Clear();
        }
    }

    /// <summary>Writes a prompt, whoever it is from.</summary>
    /// <param name="text">The prompt.</param>
    public void Submitted(string text)
    {
        lock (_gate)
        {
            _messages.UserText(null, text);
        }
    }

    /// <summary>Answers a decision about a call that nobody asks about.</summary>
    /// <param name="requestId">The request that it names.</param>
    public void Refuse(string requestId)
    {
        lock (_gate)
        {
            _control.Error(requestId, $"There is no open request '{requestId}'; it may have been answered already.");
        }
    }

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        lock (_gate)
        {
            // The session begins to work before it can be described.
            if (_hasStarted)
            {
                Show(agentEvent);
            }
            else
            {
                _early.Add(agentEvent);
            }
        }
    }

    private void Show(AgentEvent agentEvent)
    {
        _frontEnd.OnEvent(agentEvent);
        switch (agentEvent)
        {
            case PermissionRequested asked:
                _questions.Add(asked.RequestId);
                _control.Request(asked.RequestId, json => CanUseToolRequest.WriteBare(json, asked.Call));
                break;
            case PermissionSettled settled when _questions.Remove(settled.RequestId):
                var isAllowed = settled.Outcome is not PermissionOutcome.Cancel;
                _control.Success(settled.RequestId, json => json.WriteBoolean("allowed"u8, isAllowed));
                break;
        }
    }

    /// <summary>Writes the last message, and waits a while until the reader has all.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task EndAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _messages.SessionEnd();
        }

        return _sink.FinishAsync(Patience, cancellationToken);
    }
}
