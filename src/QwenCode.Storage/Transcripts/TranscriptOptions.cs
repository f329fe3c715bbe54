namespace QwenCode.Storage.Transcripts;

/// <summary>How a project's transcripts are kept.</summary>
public sealed class TranscriptOptions
{
    /// <summary>
    /// Gets whether conversations are recorded. The default is <c>true</c>; without it nothing is written, and earlier ones can
    /// still be read.
    /// </summary>
    public bool IsRecording { get; init; } = true;

    /// <summary>Gets what names the branch that is checked out, asked once. The default reads the repository's <c>HEAD</c>.</summary>
    public Func<string?>? GitBranch { get; init; }

    /// <summary>Gets what takes notes of what could not be written or read, in a sentence for the user. The default drops it.</summary>
    public Action<string> Report { get; init; } = static _ => { };
}
