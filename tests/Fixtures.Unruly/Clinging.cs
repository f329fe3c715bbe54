using QwenCode.Plugins;
using QwenCode.Tools;

namespace Fixtures.Unruly;

/// <summary>Works, but never unloads: an event of the process holds it.</summary>
[PluginTool]
public sealed class Clinging : Tool
{
    public Clinging()
        : base(new ToolDeclaration
        {
            Name = "cling",
            Description = "Clings.",
            Parameters = ToolDeclaration.Schema("""{"type":"object"}"""u8),
            Traits = ToolTraits.ReadOnly,
        }) =>
        AppDomain.CurrentDomain.ProcessExit += OnExit;

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) =>
        throw new ToolArgumentException("It takes no call.");

    private void OnExit(object? sender, EventArgs e) => GC.KeepAlive(this);
}
