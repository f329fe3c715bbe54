using System.Collections.Concurrent;
using QwenCode.Hosting;
using QwenCode.Kernel.Sessions;
using QwenCode.Sessions;

namespace WebEvents;

/// <summary>The open sessions. They end with the program.</summary>
internal sealed class Conversations(SessionFactory sessions) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Conversation> _open = new();

    public SessionId Open()
    {
        var conversation = new Conversation();
        var session = sessions.Open(new SessionRequest { CanAskUser = true, IsConversation = true, Boundary = RunBoundary.Turn }, conversation);
        conversation.Attach(session);
        _open[session.Id.Value] = conversation;
        return session.Id;
    }

    public Conversation? Find(string id) => _open.GetValueOrDefault(id);

    public async ValueTask DisposeAsync()
    {
        foreach (var conversation in _open.Values)
        {
            await conversation.DisposeAsync();
        }
    }
}
