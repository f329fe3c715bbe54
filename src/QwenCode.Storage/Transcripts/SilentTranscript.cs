using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>The transcript of a run that is not recorded.</summary>
internal sealed class SilentTranscript : ITranscript
{
    public static SilentTranscript Instance { get; } = new();

    public string? Path => null;

    public void Append(TranscriptEntry entry)
    {
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
