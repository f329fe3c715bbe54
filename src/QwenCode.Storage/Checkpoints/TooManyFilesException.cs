namespace QwenCode.Storage.Checkpoints;

/// <summary>A workspace holds more files than are watched.</summary>
/// <param name="most">How many are.</param>
internal sealed class TooManyFilesException(int most) : Exception($"the workspace holds more than {most} files and folders");
