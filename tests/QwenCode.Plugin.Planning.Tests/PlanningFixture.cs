using System.Text;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Planning.Tests;

/// <summary>A workspace of its own.</summary>
public sealed class PlanningFixture : IDisposable
{
    public const string Session = "0f0e0d0c-0000-4000-8000-000000000002";

    private readonly string _base = Directory.CreateTempSubdirectory("qwen-planning-").FullName;

    public string Runtime => Path.Combine(_base, "runtime");

    public bool CanAskUser { get; set; }

    public Dictionary<string, string> Answers { get; } = [];

    public ToolContext Context => new()
    {
        Agent = AgentId.Main,
        Session = new SessionId(Session),
        Workspace = new Workspace(_base, runtimeDirectory: Runtime),
        CanAskUser = CanAskUser,
        Answers = Answers,
    };

    public ToolInvocation Prepare(Tool tool, string json) => tool.Prepare(new ToolArguments(ToolDeclaration.Schema(Encoding.UTF8.GetBytes(json))), Context);

    public async Task<ToolResult> RunAsync(Tool tool, string json) => await Prepare(tool, json).ExecuteAsync(default);

    public void Dispose() => Directory.Delete(_base, recursive: true);
}
