using System.Text.RegularExpressions;

namespace QwenCode.Permissions.Shell;

/// <summary>Checks whether a jq program reads files that the command does not name.</summary>
internal static partial class JqProgram
{
    /// <summary>Returns whether a text, taken as a program, reads modules or data by their names.</summary>
    public static bool ReadsOthers(string text) => Modules().IsMatch(text);

    // `.import` is a member of the data.
    [GeneratedRegex("""(?<![.\w$])(?:(?:import|include)(?=["#\s])|modulemeta(?!\w))""", RegexOptions.CultureInvariant)]
    private static partial Regex Modules();
}
