using QwenCode.Cli.CommandLine;
using QwenCode.Hosting;

namespace QwenCode.Cli.Programs;

/// <summary>Says which of the two programs runs, and why.</summary>
internal static class ProgramDescription
{
    // Written by eng/publish-native.sh beside the two programs if the native one could not be built.
    private const string FailureFile = "native.txt";

    /// <summary>Returns a sentence for <c>qwen doctor</c>.</summary>
    public static string Describe(CliOptions options, WorkspaceServices project)
    {
        if (ThisProgram.IsNative)
        {
            return "native: nothing here needs the managed program";
        }

        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!;
        if (!IsBesideNative(parent))
        {
            return $"managed: {WhyNoNative(parent)}";
        }

        var reason = ManagedNeed.Find(options) ?? ManagedNeed.Find(options, project);
        return reason is null ? "managed: started by itself; the native program is beside it" : $"managed: {reason}";
    }

    private static bool IsBesideNative(string parent) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)) is "managed"
        && File.Exists(Path.Combine(parent, OperatingSystem.IsWindows() ? "qwen.exe" : "qwen"));

    private static string WhyNoNative(string parent)
    {
        try
        {
            return "there is no native program: " + File.ReadAllText(Path.Combine(parent, FailureFile)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "there is no native program beside it (eng/publish-native.sh builds one; ./qwen does so in the background)";
        }
    }
}
