using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;
using QwenCode.Sessions;
using ISession = QwenCode.Sessions.ISession;

namespace WebEvents;

/// <summary>A session, and its events for the page: each has a kind and a text.</summary>
internal sealed class Conversation : IFrontEnd, IAsyncDisposable
{
    private readonly Channel<SseItem<string>> _events = Channel.CreateUnbounded<SseItem<string>>();
    private ISession? _session;

    public void Attach(ISession session) => _session = session;

    public IResult Send(SessionInput input)
    {
        _session!.Send(input);
        return Results.NoContent();
    }

    public IAsyncEnumerable<SseItem<string>> ReadAsync(CancellationToken cancellationToken) => _events.Reader.ReadAllAsync(cancellationToken);

    public void OnEvent(AgentEvent agentEvent)
    {
        var (kind, text) = agentEvent switch
        {
            TextDelta { ParentCallId: null } delta => ("text", delta.Text),
            ToolCallCompleted call => ("call", $"{call.Call.Name}: {call.Status}"),
            PermissionRequested asked => ("ask", JsonSerializer.Serialize(new[] { asked.RequestId, $"{asked.Call.Name} {asked.Call.Input.GetRawText()}" })),
            TaskFinished task => ("task", task.DisplayLine),
            TurnFailed failed => ("error", failed.Message),
            NoticeRaised notice => ("notice", notice.Text),
            RunCompleted => ("done", string.Empty),
            _ => (null, string.Empty),
        };
        if (kind is not null)
        {
            _events.Writer.TryWrite(new SseItem<string>(text, kind));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        if (_session is { } session)
        {
            await session.DisposeAsync();
        }
    }
}
