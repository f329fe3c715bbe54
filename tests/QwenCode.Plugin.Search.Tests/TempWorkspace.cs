using System.Text;
using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search.Tests;

/// <summary>A directory of its own, gone after the test, with a project in it and a place beside the project.</summary>
public sealed class TempWorkspace : IDisposable
{
    private readonly string _base = Workspace.RealPath(Directory.CreateTempSubdirectory("qwen-files-").FullName);

    public TempWorkspace()
    {
        Directory.CreateDirectory(Path.Combine(_base, "project"));
        Directory.CreateDirectory(Outside);
        Workspace = new Workspace(Path.Combine(_base, "project"), runtimeDirectory: Path.Combine(_base, "runtime"));
    }

    public Workspace Workspace { get; }

    public string Root => Workspace.Root;

    public string Outside => Path.Combine(_base, "outside");

    public Dictionary<string, string> Settings { get; } = [];

    public ToolLimits Limits { get; set; } = ToolLimits.Default;

    public IClientFiles? ClientFiles { get; set; }

    public Func<string, bool>? MayShow { get; set; }

    public ToolContext Context => new()
    {
        Workspace = Workspace,
        Agent = AgentId.Main,
        Session = new SessionId("s"),
        Limits = Limits,
        ClientFiles = ClientFiles,
        MayShow = MayShow,
        Setting = key => Settings.GetValueOrDefault(key),
    };

    public string PathOf(string name) => Path.Combine(Root, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public ToolInvocation Prepare(Tool tool, object arguments) =>
        tool.Prepare(new ToolArguments(JsonSerializer.SerializeToElement(arguments)), Context);

    public async Task<ToolResult> RunAsync(Tool tool, object arguments) =>
        await Prepare(tool, arguments).ExecuteAsync(CancellationToken.None);

    public void Dispose() => Directory.Delete(_base, recursive: true);
}
