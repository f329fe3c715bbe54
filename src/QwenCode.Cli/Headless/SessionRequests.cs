using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Hosting;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;

namespace QwenCode.Cli.Headless;

/// <summary>The session a command line asks for.</summary>
internal static class SessionRequests
{
    /// <exception cref="UsageException">The id that was asked for is taken.</exception>
    public static SessionRequest Of(IServiceProvider services, CliOptions options)
    {
        var arguments = options.Arguments;
        var store = services.GetRequiredService<TranscriptStore>();
        SessionId? resume = arguments.Text("resume") is { Length: > 0 } named ? new SessionId(named) : arguments.Flag("continue") is true ? store.Latest() : null;
        var id = arguments.Text("session-id") is { } given ? new SessionId(given) : SessionId.New();
        if (arguments.Has("session-id") && store.Exists(id))
        {
            throw new UsageException($"Error: Session Id {id} is already in use.");
        }

        return new SessionRequest { Id = id, Resume = resume, Mode = Modes.Of(arguments), MaxTurns = arguments.Number("max-session-turns"), ExpandPrompt = SlashCommands.Expand };
    }
}
