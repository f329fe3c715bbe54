using QwenCode.Configuration;

namespace QwenCode.Hosting;

/// <summary>
/// Finds out which sandbox commands run in. One that was asked for and cannot be had is an error: nothing runs without it instead.
/// </summary>
internal static class CommandSandbox
{
    private const string Bubblewrap = "bwrap";

    // The reference's code for a sandbox that cannot be used.
    private const int ExitCode = 44;

    /// <summary>Returns the sandbox's program, or <c>null</c> if none is wanted.</summary>
    /// <param name="settings">The settings; <c>QWEN_SANDBOX</c> counts before the flag, and the flag before <c>tools.sandbox</c>.</param>
    /// <param name="flag">The flag; <c>null</c> if it is not given.</param>
    /// <param name="configured">What <c>tools.sandbox</c> says.</param>
    /// <param name="surroundings">The environment of the process, without what files of the project add: those must not talk the
    /// sandbox away.</param>
    /// <exception cref="SettingsException">It cannot be used here.</exception>
    public static string? Resolve(Settings settings, bool? flag, string? configured, IReadOnlyDictionary<string, string> surroundings)
    {
        // Set by sandboxes around the whole program, in which another one inside could not be built.
        if (surroundings.TryGetValue("SANDBOX", out var outer) && outer.Length > 0)
        {
            return null;
        }

        var (wanted, origin) = surroundings.TryGetValue("QWEN_SANDBOX", out var variable) && variable.Length > 0
            ? (Word(variable), "QWEN_SANDBOX")
            : flag is { } given ? (given ? "auto" : null, "--sandbox")
            : (configured, "tools.sandbox");
        return wanted switch
        {
            null => null,
            "auto" or Bubblewrap or "bubblewrap" => Find(settings, origin, surroundings),
            _ => throw Refuse(settings, origin, $"\"{wanted}\" is not a sandbox of this program. Use true or \"{Bubblewrap}\" "
            + "(bubblewrap, Linux), or start the whole program in a container."),
        };
    }

    private static string? Word(string value) => value.ToLowerInvariant() switch
    {
        "0" or "false" => null,
        "1" or "true" => "auto",
        var word => word,
    };

    private static string Find(Settings settings, string origin, IReadOnlyDictionary<string, string> surroundings)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw Refuse(settings, origin,
                "asks for a sandbox, which this program has on Linux only (bubblewrap). Start the whole program in a container instead.");
        }

        return surroundings.GetValueOrDefault("PATH", string.Empty).Split(':')
            .Any(static directory => directory.Length > 0 && File.Exists(Path.Combine(directory, Bubblewrap)))
            ? Bubblewrap
            : throw Refuse(
            settings, origin, $"asks for a sandbox, but \"{Bubblewrap}\" is not on PATH. Install bubblewrap, or switch the sandbox off.");
    }

    private static SettingsException Refuse(Settings settings, string origin, string problem)
    {
        var place = origin == "tools.sandbox" ? settings.Origin(origin) : null;
        return new SettingsException(
            place?.File ?? "the command line or environment", place?.Line ?? 0, origin, problem) { ExitCode = ExitCode };
    }
}
