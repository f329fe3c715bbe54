namespace QwenCode.Tools;

/// <summary>What a program in a terminal of an editor has printed.</summary>
/// <param name="Text">The text, escape sequences included.</param>
/// <param name="IsCut">Whether the editor has dropped a part of it.</param>
/// <param name="Exit">How the program ended; <c>null</c> if it runs.</param>
public sealed record ClientOutput(string Text, bool IsCut, ClientExit? Exit);
