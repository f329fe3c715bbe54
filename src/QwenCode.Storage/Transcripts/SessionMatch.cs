namespace QwenCode.Storage.Transcripts;

/// <summary>A place in a session where something was said.</summary>
/// <param name="Session">The session.</param>
/// <param name="Line">The line of its transcript, counted from 1.</param>
/// <param name="At">When it was said.</param>
/// <param name="Speaker"><c>user</c>, <c>assistant</c> or <c>title</c>.</param>
/// <param name="Excerpt">What was found with some words on both sides, in one line.</param>
public sealed record SessionMatch(SessionSummary Session, int Line, DateTimeOffset At, string Speaker, string Excerpt);
