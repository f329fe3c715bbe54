using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>Which places outside the workspace may be looked at without asking. Links are resolved on both sides.</summary>
internal static class ReadableLocations
{
    /// <summary>Judges the listing of a directory: skills, extensions and this project's memory are open.</summary>
    public static ToolConsent ForListing(Workspace workspace, string path) =>
        workspace.Contains(path) || IsWithinAny(path, Shared(workspace)) ? ToolConsent.Allow : ToolConsent.Ask;

    /// <summary>Judges the reading of a file: temporary files and the transcripts of this project's agents are open as well.</summary>
    public static ToolConsent ForReading(Workspace workspace, string path) =>
        workspace.Contains(path) || IsWithinAny(path, Shared(workspace)) || IsWithinAny(path, Temporary(workspace))
        || workspace.IsScratch(path)
            ? ToolConsent.Allow : ToolConsent.Ask;

    private static string[] Shared(Workspace workspace)
    {
        var home = Workspace.HomeDirectory;
        return
        [
            Path.Combine(home, ".qwen", "skills"),
            Path.Combine(home, ".agents", "skills"),
            Path.Combine(home, ".qwen", "extensions"),
            AutoMemory.RootOf(workspace),
        ];
    }

    private static string[] Temporary(Workspace workspace) =>
    [
        workspace.TempDirectory,
        Path.Combine(workspace.RuntimeDirectory, "tmp"),
        Path.Combine(workspace.ProjectDirectory, "subagents"),
    ];

    private static bool IsWithinAny(string path, string[] directories)
    {
        var real = Workspace.RealPath(path);
        return Array.Exists(directories, directory => Workspace.IsWithin(real, Workspace.RealPath(directory)));
    }
}
