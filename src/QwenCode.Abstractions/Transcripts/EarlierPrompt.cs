namespace QwenCode.Transcripts;

/// <summary>A prompt of a conversation, as it was recorded.</summary>
/// <param name="At">When it was recorded.</param>
/// <param name="Text">What the user wrote.</param>
/// <param name="Follows">The record before it; <c>null</c> if there is none.</param>
public sealed record EarlierPrompt(DateTimeOffset At, string Text, string? Follows);
