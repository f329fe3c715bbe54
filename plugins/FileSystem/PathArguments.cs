using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.FileSystem;

/// <summary>Paths as arguments and as shown to people.</summary>
internal static class PathArguments
{
    private const int ShownCharacters = 80;

    /// <summary>Says whether the ignore files of Qwen Code are honoured.</summary>
    public static bool RespectsQwenIgnore(Func<string, string?> setting) => IsOn(setting("context.fileFiltering.respectQwenIgnore"));

    /// <summary>Says whether the ignore files of git are honoured.</summary>
    public static bool RespectsGitIgnore(Func<string, string?> setting) => IsOn(setting("context.fileFiltering.respectGitIgnore"));

    /// <summary>Refuses a path that the system would read only up to a NUL character.</summary>
    /// <exception cref="ToolArgumentException">It holds one.</exception>
    public static void CheckCharacters(string path)
    {
        if (path.Contains('\0'))
        {
            throw new ToolArgumentException($"A path cannot hold a NUL character: {path.Replace("\0", "\\0", StringComparison.Ordinal)}");
        }
    }

    /// <summary>Shows a path relative to the project, with the middle left out where it is long.</summary>
    public static string Shorten(Workspace workspace, string path)
    {
        var shown = workspace.Shorten(path);
        if (shown.Length <= ShownCharacters)
        {
            return shown;
        }

        var root = Path.GetPathRoot(shown) ?? string.Empty;
        var parts = shown[root.Length..].Split(Path.DirectorySeparatorChar);
        var head = root + parts[0] + Path.DirectorySeparatorChar + "..." + Path.DirectorySeparatorChar;
        var tail = parts[^1];
        for (var i = parts.Length - 2; i > 0 && head.Length + tail.Length + parts[i].Length + 1 <= ShownCharacters; i--)
        {
            tail = parts[i] + Path.DirectorySeparatorChar + tail;
        }

        return parts.Length > 2 ? head + tail : shown;
    }

    private static bool IsOn(string? setting) => !string.Equals(setting, "false", StringComparison.OrdinalIgnoreCase);
}
