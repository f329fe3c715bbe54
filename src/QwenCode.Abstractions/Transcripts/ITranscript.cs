using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Tools;

namespace QwenCode.Transcripts;

/// <summary>
/// The record of one agent's conversation, written as it goes. Appending never throws: what cannot be written is reported once.
/// </summary>
public interface ITranscript : IAsyncDisposable
{
    /// <summary>Gets the file, or <c>null</c> if nothing is kept.</summary>
    string? Path { get; }

    /// <summary>Adds a record; records appear in the order of the calls.</summary>
    /// <param name="entry">The record.</param>
    void Append(TranscriptEntry entry);

    /// <summary>Returns the prompts of the conversation, the latest first. Does not throw: what cannot be read is left out.</summary>
    IReadOnlyList<EarlierPrompt> Prompts() => [];

    /// <summary>Returns once everything appended so far is with the operating system.</summary>
    /// <param name="cancellationToken">Stops waiting; the writing goes on.</param>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>One record of a transcript.</summary>
public abstract record TranscriptEntry;

/// <summary>What the user, a parent agent, a notification or a schedule said.</summary>
/// <param name="Message">The message as the model gets it.</param>
/// <param name="Origin">Who said it.</param>
/// <param name="DisplayText">What the user is shown instead, for what is not the user's own words.</param>
public sealed record UserEntry(HistoryMessage Message, UserEntryOrigin Origin = UserEntryOrigin.Prompt, string? DisplayText = null)
    : TranscriptEntry;

/// <summary>Where a message of the user's role comes from.</summary>
public enum UserEntryOrigin
{
    /// <summary>The user or a parent agent.</summary>
    Prompt,

    /// <summary>The end of a task.</summary>
    Notification,

    /// <summary>A schedule.</summary>
    Cron,
}

/// <summary>What the model answered.</summary>
/// <param name="Message">The answer: reasoning, text, calls.</param>
/// <param name="Model">The model.</param>
/// <param name="Usage">What it cost, if the provider said.</param>
public sealed record AssistantEntry(HistoryMessage Message, string Model, UsageDetails? Usage) : TranscriptEntry;

/// <summary>The result of one call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="ToolName">The tool.</param>
/// <param name="Status"><c>success</c>, <c>error</c> or <c>cancelled</c>.</param>
/// <param name="ModelText">What the model gets.</param>
/// <param name="Result">The result, if the call ran.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ToolResultEntry(string CallId, string ToolName, string Status, string ModelText, ToolResult? Result, TimeSpan Duration)
    : TranscriptEntry;

/// <summary>The history was compressed: what the model gets from here on. The records before it stay for the user.</summary>
/// <param name="Messages">The new history, whole, in order.</param>
/// <param name="TokensBefore">How many tokens the history had.</param>
/// <param name="TokensAfter">How many it has now.</param>
public sealed record CompressionEntry(IReadOnlyList<HistoryMessage> Messages, long TokensBefore, long TokensAfter) : TranscriptEntry;

/// <summary>What is appended from here on follows an earlier record: what stands between is not in the conversation any more.</summary>
/// <param name="Follows">The record; <c>null</c> for the beginning.</param>
public sealed record RewindEntry(string? Follows) : TranscriptEntry;

/// <summary>The session was given a title; the last one counts.</summary>
/// <param name="Title">The title.</param>
/// <param name="IsAutomatic">Whether a program made it up.</param>
public sealed record TitleEntry(string Title, bool IsAutomatic = false) : TranscriptEntry;
