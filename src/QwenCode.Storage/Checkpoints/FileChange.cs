namespace QwenCode.Storage.Checkpoints;

/// <summary>What became of one path.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Before">How it was.</param>
/// <param name="After">How it was left.</param>
internal sealed record FileChange(string Path, FileState Before, FileState After);
