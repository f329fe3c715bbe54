using QwenCode.Plugins;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace Fixtures.Good;

/// <summary>A tool of an experiment, for workspaces with a certain file.</summary>
[PluginTool(Order = 90)]
public sealed class SonarTool() : Tool(ConditionalTools.Describe("sonar", "sounding")), IConditionalTool
{
    public ValueTask<ToolReadiness> CheckAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        var file = Path.Combine(workspace.Root, "water");
        return ValueTask.FromResult(File.Exists(file) ? new ToolReadiness(true, []) : new ToolReadiness(false, [$"There is no {file}."]));
    }

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new ToolArgumentException("ping");
}

/// <summary>A tool of an experiment that asks for nothing else.</summary>
[PluginTool(Order = 91)]
public sealed class LeadTool() : Tool(ConditionalTools.Describe("lead", "sounding"))
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new ToolArgumentException("ping");
}

/// <summary>A tool of another experiment that cannot say whether it is of use.</summary>
[PluginTool(Order = 92)]
public sealed class RodTool() : Tool(ConditionalTools.Describe("rod", "dowsing")), IConditionalTool
{
    public ValueTask<ToolReadiness> CheckAsync(Workspace workspace, CancellationToken cancellationToken) => throw new InvalidOperationException("it bent");

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new ToolArgumentException("ping");
}

/// <summary>A tool of another experiment that never says.</summary>
[PluginTool(Order = 93)]
public sealed class WellTool() : Tool(ConditionalTools.Describe("well", "dowsing")), IConditionalTool
{
    public async ValueTask<ToolReadiness> CheckAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return new(true, []);
    }

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new ToolArgumentException("ping");
}

internal static class ConditionalTools
{
    public static ToolDeclaration Describe(string name, string feature) => new()
    {
        Name = name,
        Description = "Looks under the surface.",
        Parameters = ToolDeclaration.Schema("""{"type":"object"}"""u8),
        Feature = feature,
    };
}
