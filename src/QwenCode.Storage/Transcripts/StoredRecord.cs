using Microsoft.Extensions.AI;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>A line of a transcript, as far as it concerns the conversation.</summary>
/// <param name="Uuid">Its id.</param>
/// <param name="Parent">The record it follows.</param>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="At">When it was written.</param>
/// <param name="Entry">What was said; <c>null</c> for a record that is only a link of the chain.</param>
/// <param name="Messages">What it adds to the history.</param>
/// <param name="ReplacesHistory">Whether the messages take the place of all before.</param>
internal sealed record StoredRecord(
    string Uuid, string? Parent, int Line, DateTimeOffset At, TranscriptEntry? Entry, IReadOnlyList<ChatMessage> Messages,
    bool ReplacesHistory);
