namespace QwenCode.Plugins.Manifests;

/// <summary>What plugins and tools may be called.</summary>
internal static class Names
{
    private const int MaxLength = 64;

    /// <summary>A plugin's name also names folders in the cache, so it must be harmless in a path.</summary>
    public static bool IsPlugin(string name) =>
        name.Length is > 0 and <= MaxLength && name[0] is not '.' && Holds(name, ".-_");

    /// <summary>Makes a plugin's name of a folder's.</summary>
    public static string ToPlugin(string folder)
    {
        var name = string.Concat(folder.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).TrimStart('.');
        return name.Length == 0 ? "plugin" : name[..Math.Min(name.Length, MaxLength)];
    }

    /// <summary>Every provider takes letters, digits, '_' and '-' up to 64 characters; none of the common ones takes more.</summary>
    public static bool IsTool(string name) =>
        name.Length is > 0 and <= MaxLength && (char.IsAsciiLetter(name[0]) || name[0] is '_') && Holds(name, "-_");

    // A loop: every start asks it of a dozen short names, and what searches fast is compiled anew at every start.
    private static bool Holds(string name, string marks)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !marks.Contains(character))
            {
                return false;
            }
        }

        return true;
    }
}
