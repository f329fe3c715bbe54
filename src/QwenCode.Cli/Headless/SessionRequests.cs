using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;

namespace QwenCode.Cli.Headless;

/// <summary>Makes the request for the session that a command line asks for.</summary>
internal static class SessionRequests
{
    /// <exception cref="RefusedException">The id of the new session is in use, or the session cannot be forked.</exception>
    public static SessionRequest Of(TranscriptStore store, CliOptions options, SlashCommands commands)
    {
        SessionId? resume = options.Resume is { } named ? NamedSession.Of(store, named) : options.Continue ? store.Latest() : null;
        var id = options.SessionId is { } given ? new SessionId(given) : SessionId.New();
        if (options.SessionId is not null && store.Exists(id))
        {
            throw new RefusedException($"Error: Session Id {id} is already in use.");
        }

        if (options.ForkSession && resume is { } old && store.Exists(old))
        {
            resume = Fork(store, old, id);
        }

        return new SessionRequest
        {
            Id = id,
            Resume = resume,
            Mode = options.Mode,
            MaxTurns = options.MaxSessionTurns,
            MaxToolCalls = options.MaxToolCalls,
            ExpandPrompt = commands.Expand,
        };
    }

    private static SessionId Fork(TranscriptStore store, SessionId old, SessionId id)
    {
        try
        {
            return store.TryFork(old, id) ? id : throw new RefusedException(
                "Error: --fork-session writes a new session, but sessions are not recorded. Leave it out, or switch chat recording on.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"Error: Session {old} cannot be forked: {exception.Message}");
        }
    }
}
