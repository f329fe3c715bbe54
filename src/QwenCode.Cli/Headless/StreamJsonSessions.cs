using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Protocol.Control;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>Opens sessions that a host drives.</summary>
internal sealed class StreamJsonSessions(
    WorkspaceServices project, SessionFactory sessions, IModelProvider models, bool includePartialMessages)
{
    /// <summary>Makes room for the MCP servers that the host brings.</summary>
    public SessionMcpServers CreateServers() => sessions.CreateServers();

    /// <exception cref="QwenCodeException">The session cannot be opened.</exception>
    public StreamJsonSession Open(SessionRequest request, IMessageSink sink, HostChannel host)
    {
        var writer = new MessageWriter(sink, (request.Resume ?? request.Id)!.Value.Value);
        var servers = request.Servers!;
        var slash = new SlashCommands(project);
        IReadOnlyList<string> Commands() => PromptReader.Commands(slash.Headless, servers, slash);
        var messages =
            new StreamJsonFrontEnd(writer, includePartialMessages, includeStats: false, Commands, ProgramVersion.Text);
        ISession? session = null;
        var recorder = new OutcomeRecorder(messages, showNotices: true);
        var tracker = new RunTracker(recorder);
        var relay = new PermissionRelay(tracker, host, answer => Volatile.Read(ref session)?.Send(answer));
        Volatile.Write(ref session, sessions.Open(request, request.CanAskUser ? relay : tracker));
        return new StreamJsonSession(session!, messages, recorder, tracker, models.Default.ContextWindow)
        {
            Slash = slash,
            Prompts = PromptReader.For(project, sessions.PolicyFor(request).Policy, servers),
        };
    }
}
