namespace QwenCode.Plugin.Search;

/// <summary>Paths as they are shown.</summary>
internal static class ShownPath
{
    /// <summary>Gives a path that cannot pass for several lines.</summary>
    public static string Of(string path) => path.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0
        ? path
        : string.Concat(path.Select(static value => value < ' ' ? $"\\x{(int)value:x2}" : value.ToString()));
}
