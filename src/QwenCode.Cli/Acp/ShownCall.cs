using QwenCode.Platform.Json;
using QwenCode.Platform.Text;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Cli.Acp;

/// <summary>How a call of an earlier run is shown. It is not prepared again, so its arguments say what it was about.</summary>
internal static class ShownCall
{
    private const int LongestDescription = 120;

    private static readonly string[] Telling =
        ["description", "file_path", "path", "notebook_path", "command", "pattern", "query", "url", "name", "task_id"];

    /// <summary>Returns the call with display name, description, kind and locations.</summary>
    public static ToolCallInfo Of(ToolCallInfo call, AcpWorkspace workspace)
    {
        var tool = workspace.ToolSources.SelectMany(static source => source.Snapshot()).FirstOrDefault(tool => tool.Name == call.Name);
        var description = Telling.Select(name => call.Input.Text(name)).FirstOrDefault(static text => !string.IsNullOrEmpty(text));
        var path = call.Input.Text("file_path") ?? call.Input.Text("path") ?? call.Input.Text("absolute_path");
        return call with
        {
            DisplayName = tool?.Declaration.DisplayName ?? (call.Name is "agent" ? "Agent" : call.Name),
            Kind = tool?.Declaration.Kind ?? ToolKind.Other,
            Description = TextCut.Head((description ?? string.Empty).ReplaceLineEndings(" "), LongestDescription),
            Locations = path is null || path.Contains('\0', StringComparison.Ordinal) ? []
                : [new ToolLocation(Path.GetFullPath(path, workspace.Project.Workspace.Root))],
        };
    }
}
