namespace QwenCode.Platform.Processes;

/// <summary>Takes a piece of output. Called by one thread at a time.</summary>
/// <param name="bytes">The piece; valid during the call only.</param>
public delegate void OutputHandler(ReadOnlySpan<byte> bytes);
