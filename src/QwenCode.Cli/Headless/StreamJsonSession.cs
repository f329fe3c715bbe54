using QwenCode.Hosting;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>An open session and what stands between it and the host.</summary>
internal sealed record StreamJsonSession(
    ISession Session, StreamJsonFrontEnd Messages, OutcomeRecorder Recorder, RunTracker Tracker, int ContextWindow)
{
    /// <summary>Gets what turns a prompt into what is sent.</summary>
    public required PromptReader Prompts { get; init; }

    /// <summary>Gets the commands of the program.</summary>
    public required SlashCommands Slash { get; init; }

    /// <summary>Returns the commands that get an answer, sorted.</summary>
    /// <param name="servers">The MCP servers of the session.</param>
    public IReadOnlyList<string> Commands(SessionMcpServers servers) => PromptReader.Commands(Slash.Headless, servers, Slash);

    /// <summary>Gets tools that make no sense for a host: leaving plan mode is its own decision.</summary>
    public static IReadOnlyDictionary<string, string> WithheldFromHosts { get; } =
        new Dictionary<string, string> { ["exit_plan_mode"] = "the host sets the approval mode by set_permission_mode" };
}
