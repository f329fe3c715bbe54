using System.Text.Json;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Connections;
using QwenCode.Tools;
using ProtocolTool = ModelContextProtocol.Protocol.Tool;
using Tool = QwenCode.Tools.Tool;

namespace QwenCode.Mcp.Tools;

/// <summary>A tool of a server, as one of ours.</summary>
internal sealed class McpTool : Tool
{
    private static readonly JsonElement NoParameters = ToolDeclaration.Schema("""{"type":"object","properties":{}}"""u8);

    public McpTool(McpServer server, ProtocolTool tool)
        : base(Declare(server.Name, tool)) =>
        (Server, OwnName, Hints) = (server, tool.Name, tool.Annotations);

    public McpServer Server { get; }

    /// <summary>Gets the tool's name as the server knows it.</summary>
    public string OwnName { get; }

    public bool IsReadOnly => Hints?.ReadOnlyHint is true;

    /// <summary>Gets whether a second call with the same arguments does no harm.</summary>
    public bool IsRepeatable => IsReadOnly || Hints?.IdempotentHint is true;

    private ToolAnnotations? Hints { get; }

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new McpInvocation(this, arguments, context);

    private static ToolDeclaration Declare(string server, ProtocolTool tool)
    {
        var isReadOnly = tool.Annotations?.ReadOnlyHint is true;
        return new ToolDeclaration
        {
            Name = McpToolName.Of(server, tool.Name),
            DisplayName = $"{tool.Name} ({server} MCP Server)",

            // A tool without a description can still be called; its title or its name says what there is to say.
            Description = tool.Description is { Length: > 0 } description ? description : tool.Title ?? tool.Annotations?.Title ?? tool.Name,
            Parameters = tool.InputSchema.ValueKind is JsonValueKind.Object && tool.InputSchema.EnumerateObject().Any() ? tool.InputSchema : NoParameters,
            Kind = isReadOnly ? ToolKind.Read : ToolKind.Other,
            Traits = ToolTraits.LiveOutput | (isReadOnly ? ToolTraits.ReadOnly | ToolTraits.Parallel : ToolTraits.None),
            Source = $"mcp:{server}",
        };
    }
}
