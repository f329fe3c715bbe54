namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>One edit as it was asked for.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="OldText">What to replace; empty to create the file.</param>
/// <param name="NewText">What to put there.</param>
/// <param name="ReplaceAll">Whether every occurrence is meant.</param>
internal sealed record EditRequest(string Path, string OldText, string NewText, bool ReplaceAll);
