namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>What was found for what was looked for.</summary>
/// <param name="Text">The text as it stands in the file.</param>
/// <param name="IsNewlineDropped">Whether it lacks the line feed that ended what was looked for.</param>
internal sealed record LocatedText(string Text, bool IsNewlineDropped);
