using QwenCode.Sessions;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>What every record of a transcript says of itself.</summary>
/// <param name="Session">The session.</param>
/// <param name="Directory">The project's root.</param>
/// <param name="Version">The program's version.</param>
/// <param name="GitBranch">The branch, asked when the first record is written.</param>
/// <param name="Agent">The agent, if it is not the main one.</param>
internal sealed record RecordHeader(
    SessionId Session, string Directory, string Version, Lazy<string?> GitBranch, AgentTranscriptInfo? Agent);
