using System.Text;
using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Sessions;
using QwenCode.Storage.Tasks;
using QwenCode.Tasks;

namespace QwenCode.Hosting;

/// <summary>
/// Lets other processes of the same user stop tasks of a session (<c>qwen tasks stop</c>). It listens from the session's first
/// task on: most sessions have none, and need not pay for it.
/// </summary>
internal sealed class TaskRequestRelay(string journalPath, SessionId session, TaskRegistry registry, IFrontEnd inner, TimeProvider time)
    : IFrontEnd, IAsyncDisposable
{
    private TaskRequestListener? _listener;

    public void OnEvent(AgentEvent agentEvent)
    {
        if (_listener is null && agentEvent is TaskStarted)
        {
            _listener =
                new TaskRequestListener(journalPath, AnswerAsync, text => inner.OnEvent(new NoticeRaised(AgentId.Main, text)), time);
        }

        inner.OnEvent(agentEvent);
    }

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Returns the session in a form that ends the listening with it.</summary>
    public ISession Attach(ISession opened) => new RelayedSession(opened, this);

    /// <summary>Returns the session in a form that ends the listening with it.</summary>
    public ICallSession Attach(ICallSession opened) => new RelayedCalls(opened, this);

    private ValueTask<TaskReply> AnswerAsync(TaskRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(request.Operation switch
    {
        TaskRequest.Stop => registry.Stop(session, request.TaskId) switch
        {
            null => new TaskReply(false, $"Task not found: {request.TaskId}"),
            { HasEnded: true } ended => new TaskReply(false, $"Task {ended.Id} has ended already ({ended.State})."),
            var task => new TaskReply(true, $"Stopped {task.Id}: {task.Description}"),
        },
        TaskRequest.Queued => new TaskReply(true, Queued()),
        _ => new TaskReply(false, $"Unknown request: {request.Operation}"),
    });

    // As many as surely fit into a reply: an id is as long as the call's id of some provider.
    private string Queued()
    {
        var text = new StringBuilder();
        foreach (var task in registry.List(session))
        {
            if (task.State is TaskState.Queued && text.Length + task.Id.Length < TaskRequests.LongestLine / 8)
            {
                text.Append(task.Id).Append('\n');
            }
        }

        return text.ToString();
    }

    private sealed class RelayedSession(ISession session, TaskRequestRelay relay) : ISession
    {
        public SessionId Id => session.Id;

        public SessionInfo Info => session.Info;

        public TurnInterruption Interruption => session.Interruption;

        public Task Completion => session.Completion;

        public ContextShares MeasureContext() => session.MeasureContext();

        public void Send(SessionInput input) => session.Send(input);

        public async ValueTask DisposeAsync()
        {
            await session.DisposeAsync().ConfigureAwait(false);
            await relay.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class RelayedCalls(ICallSession session, TaskRequestRelay relay) : ICallSession
    {
        public SessionId Id => session.Id;

        public ToolSet Tools => session.Tools;

        public ValueTask PrepareAsync(CancellationToken cancellationToken) => session.PrepareAsync(cancellationToken);

        public ValueTask<CallReply> CallAsync(string callId, string tool, JsonElement arguments, CancellationToken cancellationToken) =>
            session.CallAsync(callId, tool, arguments, cancellationToken);

        public void Answer(PermissionInput input) => session.Answer(input);

        public async ValueTask DisposeAsync()
        {
            await session.DisposeAsync().ConfigureAwait(false);
            await relay.DisposeAsync().ConfigureAwait(false);
        }
    }
}
