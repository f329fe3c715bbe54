using QwenCode.Workspaces;

namespace QwenCode.Plugin.Shell.Sandboxing;

/// <summary>
/// The sockets of this machine that have a place in the file system. Whoever listens at one does what it is told, outside a sandbox, and a
/// file system that is read-only keeps nobody from connecting.
/// </summary>
internal static class BoundSockets
{
    private const string Table = "/proc/net/unix";

    // From here on folders that hold many sockets are hidden as a whole: each socket is three words of a command line, which has an end.
    private const int MostSockets = 500;
    private const int ManyInFolder = 10;

    // A sandbox has its own of these, and what is under them is not seen.
    private static readonly string[] Hidden = ["/tmp", "/run", "/dev", "/proc"];

    /// <summary>Lists those outside a workspace; what listens in a workspace belongs to the project.</summary>
    /// <returns>What to hide: sockets, and folders with all that is in them.</returns>
    public static IReadOnlyList<string> Outside(Workspace workspace)
    {
        var sockets = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            // A path is the eighth column, and the last: it may hold spaces. One that begins with @ is in no file system.
            foreach (var line in File.ReadLines(Table))
            {
                if (line.IndexOf('/', StringComparison.Ordinal) is var start and > 0 && line[start - 1] is ' '
                    && Workspace.RealPath(line[start..]) is var path
                    && File.Exists(path) && !workspace.Contains(path)
                    && !Array.Exists(Hidden, folder => Workspace.IsWithin(path, folder)))
                {
                    sockets.Add(path);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The table is not there; what is known by name is hidden all the same.
        }

        if (sockets.Count <= MostSockets)
        {
            return [.. sockets];
        }

        string[] folders = [.. sockets.GroupBy(static path => Path.GetDirectoryName(path)!, StringComparer.Ordinal)
            .Where(group => group.Count() >= ManyInFolder && !workspace.Directories.Append(Workspace.HomeDirectory)
                .Any(needed => Workspace.IsWithin(needed, group.Key)))
            .Select(static group => group.Key)];
        return [.. folders, .. sockets.Where(path => !Array.Exists(folders, folder => Workspace.IsWithin(path, folder)))];
    }
}
