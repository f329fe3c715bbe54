namespace QwenCode.Tools;

/// <summary>Whether a tool is to be offered in a workspace.</summary>
/// <param name="IsReady">Whether it can be of use there.</param>
/// <param name="Notices">What the user should know, such as a file that has to be mended; each text is shown once.</param>
public sealed record ToolReadiness(bool IsReady, IReadOnlyList<string> Notices);
