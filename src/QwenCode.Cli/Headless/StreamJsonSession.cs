using Microsoft.Extensions.DependencyInjection;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Protocol.Control;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>An open session with what stands between it and the host.</summary>
internal sealed record StreamJsonSession(ISession Session, StreamJsonFrontEnd Messages, OutcomeRecorder Recorder, RunTracker Tracker, int ContextWindow)
{
    /// <summary>Tools that make no sense for a host: leaving plan mode is its own decision.</summary>
    public static IReadOnlyDictionary<string, string> WithheldFromHosts { get; } =
        new Dictionary<string, string> { ["exit_plan_mode"] = "the host sets the approval mode by set_permission_mode" };

    /// <exception cref="QwenCodeException">The session cannot be opened.</exception>
    public static StreamJsonSession Open(IServiceProvider services, SessionRequest request, IMessageSink sink, HostChannel host, bool includePartial)
    {
        var messages = new StreamJsonFrontEnd(
            new MessageWriter(sink, (request.Resume ?? request.Id)!.Value.Value), includePartial, includeStats: false, SlashCommands.Headless, ProgramVersion.Text);
        ISession? session = null;
        var recorder = new OutcomeRecorder(messages, showNotices: true);
        var tracker = new RunTracker(recorder);
        var relay = new PermissionRelay(tracker, host, answer => Volatile.Read(ref session)?.Send(answer));
        Volatile.Write(ref session, services.GetRequiredService<SessionFactory>().Open(request, request.CanAskUser ? relay : tracker));
        return new StreamJsonSession(session!, messages, recorder, tracker, services.GetRequiredService<IModelProvider>().Default.ContextWindow);
    }
}
