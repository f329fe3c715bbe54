using QwenCode.Workspaces;

namespace QwenCode.Permissions.Files;

/// <summary>The folder for temporary files. What lies in it may be replaced, unless it is a home or a workspace.</summary>
internal static class Scratch
{
    private static readonly string Root = Workspace.RealPath(Path.GetTempPath());

    public static bool Contains(string path, Workspace workspace) =>
        Workspace.IsWithin(path, Root) && !Workspace.IsWithin(path, Workspace.RealPath(Workspace.HomeDirectory))
        && !Workspace.IsWithin(path, workspace.RuntimeDirectory);
}
