using System.Text.Json;
using QwenCode.Tools;

namespace QwenCode.Models.Tests.Wires;

/// <summary>A tool that is only offered.</summary>
internal sealed class WireTool(string name, string schema = """{"type":"object"}""")
    : Tool(new ToolDeclaration { Name = name, Description = "Does it.", Parameters = JsonElement.Parse(schema) })
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new ToolArgumentException("not called");
}
