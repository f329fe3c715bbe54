using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Discovery;

/// <summary>
/// Finds plugin folders. It is asked at every turn and looks at names, lengths and times only: cheaper than keeping a file
/// system watcher, and never late, as events on network file systems are.
/// </summary>
internal static class PluginScanner
{
    /// <summary>Finds the plugins of a folder, in order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="found">Takes the plugins.</param>
    /// <param name="faults">Takes what cannot be read or lies in the wrong place.</param>
    public static void Scan(PluginFolder folder, List<FoundFolder> found, FaultList faults)
    {
        try
        {
            if (!Directory.Exists(folder.Path))
            {
                if (folder.Origin is PluginOrigin.Explicit)
                {
                    faults.Add(new(
                        PluginFaultReason.Unreadable, folder.Path, "There is no such folder.", "Check the path given with --plugin-dir."));
                }

                return;
            }

            if (folder.Origin is PluginOrigin.Explicit && IsPlugin(folder.Path))
            {
                found.Add(Look(folder.Path, folder.Origin));
                return;
            }

            var directories = Directory.GetDirectories(folder.Path);
            Array.Sort(directories, StringComparer.Ordinal);
            foreach (var directory in directories)
            {
                // Where a tool keeps its own things; copies that are not finished are made under such names.
                if (Path.GetFileName(directory)[0] is not '.')
                {
                    found.Add(Look(directory, folder.Origin));
                }
            }

            foreach (var stray in Directory.EnumerateFiles(folder.Path, "*.dll"))
            {
                faults.Add(new(PluginFaultReason.Unreadable, stray, "An assembly lies beside the plugin folders and is not looked at.",
                    "Put it into a folder of its own, together with all it needs."));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add(new(
                PluginFaultReason.Unreadable, folder.Path, $"The folder cannot be read: {exception.Message}", "Check who may read it."));
        }
    }

    private static FoundFolder Look(string path, PluginOrigin origin) =>
        new(path, origin, origin is PluginOrigin.Shipped ? default : FolderStamp.Of(path));

    private static bool IsPlugin(string path) =>
        File.Exists(Path.Combine(path, PluginManifest.FileName)) || Directory.EnumerateFiles(path, "*.dll").Any();
}
