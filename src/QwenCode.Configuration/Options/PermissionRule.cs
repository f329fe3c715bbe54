namespace QwenCode.Configuration.Options;

/// <summary>A permission rule and where it was written.</summary>
/// <param name="Text">The rule.</param>
/// <param name="Source">The file with its line, or the flag.</param>
/// <param name="Key">The list it stands in, such as <c>permissions.deny</c>.</param>
/// <param name="Index">Its place in that list of that file, counted from 0.</param>
public sealed record PermissionRule(string Text, string Source, string Key, int Index);
