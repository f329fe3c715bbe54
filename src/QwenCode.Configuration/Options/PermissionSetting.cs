namespace QwenCode.Configuration.Options;

/// <summary>A permission rule as settings or flags hold it: text that is not parsed yet, and where it is.</summary>
/// <param name="Text">The rule.</param>
/// <param name="Source">The file with its line, or the flag.</param>
/// <param name="Key">The list that holds it, such as <c>permissions.deny</c>.</param>
/// <param name="Index">Its index in that list of that file, counted from 0.</param>
public sealed record PermissionSetting(string Text, string Source, string Key, int Index);
