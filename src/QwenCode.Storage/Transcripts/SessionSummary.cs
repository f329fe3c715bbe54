using QwenCode.Sessions;

namespace QwenCode.Storage.Transcripts;

/// <summary>A session in a list.</summary>
/// <param name="Id">The session.</param>
/// <param name="Directory">The directory it began in.</param>
/// <param name="Title">The title it was given, else its first prompt cut to 200 characters; empty if there is neither.</param>
/// <param name="GitBranch">The branch it began on, if any.</param>
/// <param name="StartedAt">When its first record was written.</param>
/// <param name="UpdatedAt">When it was last written to.</param>
public sealed record SessionSummary(
    SessionId Id, string Directory, string Title, string? GitBranch, DateTimeOffset StartedAt, DateTimeOffset UpdatedAt);

/// <summary>A part of a list of sessions.</summary>
/// <param name="Sessions">The sessions, the one last written to first.</param>
/// <param name="NextCursor">What to ask for the next part with; <c>null</c> if there is none.</param>
public sealed record SessionPage(IReadOnlyList<SessionSummary> Sessions, string? NextCursor);
