namespace QwenCode.Tools;

/// <summary>A place in a file that a call is about.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Line">The 1-based line, if one is meant.</param>
public sealed record ToolLocation(string Path, int? Line = null);
