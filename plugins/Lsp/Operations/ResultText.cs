using System.Globalization;
using QwenCode.Plugin.Lsp.Wire;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>How results are worded. Positions are counted from one.</summary>
internal static class ResultText
{
    /// <summary>Names a file: relative to the project's root if it lies below it.</summary>
    public static string File(Workspace workspace, string path) => workspace.Shorten(path).Replace('\\', '/');

    public static string Place(Workspace workspace, string path, int line, int character) =>
        string.Create(CultureInfo.InvariantCulture, $"{File(workspace, path)}:{line}:{character}");

    /// <summary>Names a place that a server gave; what is no file keeps its address.</summary>
    public static string Place(Workspace workspace, string uri, TextPosition position) =>
        Place(workspace, DocumentUri.ToPath(uri) ?? uri, position.Line + 1, position.Character + 1);

    public static string Number(int index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1}. ");

    /// <summary>Returns the heading, the first lines numbered, and how many are not shown.</summary>
    public static string List(string heading, IReadOnlyList<string> lines, int limit)
    {
        var shown = lines.Take(limit).Select(static (line, index) => Number(index) + line);
        return $"{heading}\n{string.Join('\n', shown)}{More(lines.Count - limit)}";
    }

    public static string More(int count) => count > 0
        ? string.Create(CultureInfo.InvariantCulture, $"\n… and {count} more; raise 'limit' to see them.")
        : string.Empty;

    /// <summary>Puts a text of several lines into one numbered line: what follows is indented.</summary>
    public static string Indent(string text) => text.Trim().ReplaceLineEndings("\n   ");
}
