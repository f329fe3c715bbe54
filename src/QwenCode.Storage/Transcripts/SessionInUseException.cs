using System.Globalization;
using QwenCode.Sessions;

namespace QwenCode.Storage.Transcripts;

/// <summary>Another living process has the session open; nothing was changed.</summary>
public sealed class SessionInUseException : QwenCodeException
{
    internal SessionInUseException(SessionId session, int? processId, DateTimeOffset? since)
        : base($"Session {session} is open in {Describe(processId, since)}. Two processes would mix their answers in one history. To go "
            + "on from where it stands, add --fork-session; or end that process first.") =>
        (Session, ProcessId, Since) = (session, processId, since);

    /// <summary>Gets the session.</summary>
    public SessionId Session { get; }

    /// <summary>Gets the process that has it open; <c>null</c> if that is not known.</summary>
    public int? ProcessId { get; }

    /// <summary>Gets when that process opened it; <c>null</c> if that is not known.</summary>
    public DateTimeOffset? Since { get; }

    private static string Describe(int? processId, DateTimeOffset? since) => string.Create(CultureInfo.InvariantCulture,
        $"{(processId is { } id ? $"process {id}" : "another process")}{since?.ToLocalTime():' since 'yyyy-MM-dd HH:mm:ss}");
}
