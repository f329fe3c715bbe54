using System.Text;

namespace QwenCode.Models.OpenAI;

/// <summary>Names of tools as models write them and as providers accept them.</summary>
internal static class ToolNames
{
    private const int MaxLength = 64;

    // Templates put these before the names of functions, and models repeat them.
    private static readonly string[] Namespaces = ["functions.", "functions:", "default_api.", "default_api:"];

    /// <summary>Returns the name a model most surely means: without spaces, and without tokens and the namespace of its template.</summary>
    /// <param name="name">What the model wrote.</param>
    public static string Clean(string name)
    {
        var clean = name;
        if (clean.IndexOf("<|", StringComparison.Ordinal) is >= 0 and var token)
        {
            clean = clean[..token];
        }

        clean = clean.Trim().Trim('"', '\'', '`').Trim();
        foreach (var prefix in Namespaces)
        {
            if (clean.StartsWith(prefix, StringComparison.Ordinal))
            {
                clean = clean[prefix.Length..];
            }
        }

        return clean;
    }

    /// <summary>Returns a name that every provider accepts in a history: letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
    /// <param name="name">The name of a call, which may be that of no tool.</param>
    public static string Echo(string name)
    {
        var isFine = name.Length is > 0 and <= MaxLength;
        for (var i = 0; isFine && i < name.Length; i++)
        {
            isFine = IsAllowed(name[i]);
        }

        if (isFine)
        {
            return name;
        }

        var echo = new StringBuilder(MaxLength);
        foreach (var character in name)
        {
            if (echo.Length == MaxLength)
            {
                break;
            }

            echo.Append(IsAllowed(character) ? character : '_');
        }

        return echo.Length == 0 ? "unnamed" : echo.ToString();
    }

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';
}
