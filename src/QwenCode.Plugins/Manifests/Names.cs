namespace QwenCode.Plugins.Manifests;

/// <summary>What plugins and tools may be called.</summary>
internal static class Names
{
    private const int MaxLength = 64;

    /// <summary>A plugin's name also names folders in the cache, so it must be harmless in a path.</summary>
    public static bool IsPlugin(string name) =>
        name.Length is > 0 and <= MaxLength && name[0] is not '.' && !name.AsSpan().ContainsAnyExcept(Allowed(".-_"));

    /// <summary>Makes a plugin's name of a folder's.</summary>
    public static string ToPlugin(string folder)
    {
        var name = string.Concat(folder.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).TrimStart('.');
        return name.Length == 0 ? "plugin" : name[..Math.Min(name.Length, MaxLength)];
    }

    /// <summary>Every provider takes letters, digits, '_' and '-' up to 64 characters; none of the common ones takes more.</summary>
    public static bool IsTool(string name) =>
        name.Length is > 0 and <= MaxLength && (char.IsAsciiLetter(name[0]) || name[0] is '_') && !name.AsSpan().ContainsAnyExcept(Allowed("-_"));

    private static string Allowed(string more) => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + more;
}
