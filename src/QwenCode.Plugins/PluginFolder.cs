using QwenCode.Workspaces;

namespace QwenCode.Plugins;

/// <summary>A folder that holds plugins, each in a folder of its own; an explicit one may also be the folder of a single plugin.</summary>
/// <param name="Path">The absolute path. A folder that does not exist holds none; it may appear later.</param>
/// <param name="Origin">Whose plugins they are.</param>
public sealed record PluginFolder(string Path, PluginOrigin Origin)
{
    /// <summary>Returns the folders of a normal run: shipped, the user's, the project's if it is trusted, and those named.</summary>
    /// <param name="applicationDirectory">Where the program lies; its plugins are in <c>plugins</c> below.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="named">The folders of <c>--plugin-dir</c>; relative ones are below the workspace's root.</param>
    public static IReadOnlyList<PluginFolder> Standard(string applicationDirectory, Workspace workspace, IEnumerable<string>? named = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var folders = new List<PluginFolder>(4)
        {
            new(System.IO.Path.Combine(applicationDirectory, "plugins"), PluginOrigin.Shipped),
            new(System.IO.Path.Combine(workspace.RuntimeDirectory, "plugins"), PluginOrigin.User),
        };
        if (workspace.IsTrusted)
        {
            folders.Add(new(System.IO.Path.Combine(workspace.Root, ".qwen", "plugins"), PluginOrigin.Project));
        }

        foreach (var path in named ?? [])
        {
            folders.Add(new(System.IO.Path.GetFullPath(path, workspace.Root), PluginOrigin.Explicit));
        }

        return folders;
    }
}
