using QwenCode.Cli.IO;
using QwenCode.Configuration.Variables;
using QwenCode.Hosting;

namespace QwenCode.Cli;

/// <summary>
/// Takes the keys of model providers out of the environment of this process once they are read: commands and plugins would inherit
/// them, and a model could read its own key.
/// </summary>
internal static class ModelKeys
{
    /// <summary>Gets the environment as the process was started with it, for the settings.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = EnvironmentVariables.FromProcess();

    /// <summary>Takes the keys out.</summary>
    /// <param name="project">The project, read from the settings already.</param>
    public static void Hide(WorkspaceServices project)
    {
        foreach (var name in project.HiddenKeys)
        {
            Environment.SetEnvironmentVariable(name, null);
            if (!OperatingSystem.IsWindows())
            {
                Erase(Libc.FindVariable(name));
            }
        }
    }

    // What the process was started with stays in its memory, and any program of the user can read it from /proc/PID/environ.
    private static unsafe void Erase(nint value)
    {
        for (var at = (byte*)value; at is not null && *at is not 0; at++)
        {
            *at = 0;
        }
    }
}
