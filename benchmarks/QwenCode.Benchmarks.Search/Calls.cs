using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Benchmarks.Search;

/// <summary>Calls tools as a session would.</summary>
internal static class Calls
{
    /// <summary>Makes the context of calls in a directory.</summary>
    public static ToolContext In(string directory) =>
        new() { Workspace = new Workspace(directory, runtimeDirectory: Path.Combine(directory, ".runtime")), Agent = AgentId.Main, Session = new SessionId("benchmark") };

    /// <summary>Calls a tool; a call that fails ends the benchmark.</summary>
    public static async Task<ToolResult> RunAsync(Tool tool, object arguments, ToolContext context)
    {
        var result = await tool.Prepare(new ToolArguments(JsonSerializer.SerializeToElement(arguments)), context).ExecuteAsync(CancellationToken.None).ConfigureAwait(false);
        return result.Error is null ? result : throw new InvalidOperationException($"{tool.Name}: {result.Error.Message}");
    }

    /// <summary>Gives the middle one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
