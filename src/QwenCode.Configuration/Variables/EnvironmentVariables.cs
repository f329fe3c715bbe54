using System.Collections;

namespace QwenCode.Configuration.Variables;

/// <summary>
/// The environment of the process. Everything else takes variables as a dictionary, so that tests and hosts can give their own.
/// </summary>
public static class EnvironmentVariables
{
    /// <summary>Takes a copy of the process's environment.</summary>
    public static Dictionary<string, string> FromProcess()
    {
        var variables = new Dictionary<string, string>(Comparer);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        return variables;
    }

    /// <summary>Gets how names compare here.</summary>
    public static StringComparer Comparer { get; } = OperatingSystem.IsWindows()
        ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
}
