namespace QwenCode.Plugin.FileSystem.Reading;

/// <summary>Which lines are wanted.</summary>
/// <param name="Offset">How many lines come before the first.</param>
/// <param name="Limit">How many lines at most.</param>
/// <param name="MaxCharacters">How many characters at most, all lines together.</param>
/// <param name="MostCountedBytes">How far to read on behind the last of them, only to count lines.</param>
internal sealed record LineRequest(long Offset, long Limit, int MaxCharacters, long MostCountedBytes);
