using System.Text.Json;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Connections;
using QwenCode.Platform.Text;
using QwenCode.Tools;
using ProtocolTool = ModelContextProtocol.Protocol.Tool;
using Tool = QwenCode.Tools.Tool;

namespace QwenCode.Mcp.Tools;

/// <summary>A tool of a server, as one of ours.</summary>
internal sealed class McpTool : Tool
{
    private readonly ProtocolTool _tool;

    public McpTool(McpServer server, ProtocolTool tool)
        : base(Declare(server.Name, tool)) =>
        (Server, _tool) = (server, tool);

    public McpServer Server { get; }

    /// <summary>Gets the tool's name as the server knows it.</summary>
    public string OwnName => _tool.Name;

    public bool IsReadOnly => Hints?.ReadOnlyHint is true;

    /// <summary>Gets whether a second call with the same arguments does no harm.</summary>
    public bool IsRepeatable => IsReadOnly || Hints?.IdempotentHint is true;

    private ToolAnnotations? Hints => _tool.Annotations;

    /// <summary>Says whether a server's tool is still what it was when this one was made.</summary>
    public bool Is(ProtocolTool tool) =>
        tool.Name == _tool.Name && tool.Title == _tool.Title && tool.Description == _tool.Description
        && JsonElement.DeepEquals(tool.InputSchema, _tool.InputSchema)
        && tool.Annotations?.ReadOnlyHint == Hints?.ReadOnlyHint && tool.Annotations?.IdempotentHint == Hints?.IdempotentHint
        && tool.Annotations?.Title == Hints?.Title;

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new McpInvocation(this, arguments, context);

    private static ToolDeclaration Declare(string server, ProtocolTool tool)
    {
        var isReadOnly = tool.Annotations?.ReadOnlyHint is true;
        return new ToolDeclaration
        {
            Name = McpNames.Of(server, tool.Name),
            DisplayName = $"{tool.Name} ({server} MCP Server)",

            // A tool without a description can still be called; its title or its name says what there is to say.
            Description = tool.Description is { Length: > 0 } description ? description : tool.Title ?? tool.Annotations?.Title
                ?? tool.Name,
            Parameters = tool.InputSchema,
            Kind = isReadOnly ? ToolKind.Read : ToolKind.Other,
            Traits = ToolTraits.LiveOutput | (isReadOnly ? ToolTraits.ReadOnly | ToolTraits.Parallel : ToolTraits.None),
            Source = $"mcp:{server}",
        };
    }
}
