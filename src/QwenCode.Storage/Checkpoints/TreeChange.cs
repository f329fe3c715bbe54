namespace QwenCode.Storage.Checkpoints;

/// <summary>A path of the workspace that is not as it was when the workspace was last looked at.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Before">How it was; <c>null</c> if it was not there.</param>
/// <param name="After">How it is; <c>null</c> if it is gone.</param>
internal sealed record TreeChange(string Path, BaselineEntry? Before, BaselineEntry? After);
