using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using QwenCode.Mcp.Connections;
using QwenCode.Mcp.Tools;
using QwenCode.Platform.Json;
using QwenCode.Tools;

namespace QwenCode.Mcp.Resources;

/// <summary>The tools that list and read what servers offer beside tools.</summary>
internal static class ResourceTools
{
    public static Tool Read(McpCatalog catalog) => new ResourceTool(
        new ToolDeclaration
        {
            Name = McpCatalog.ReadTool,
            DisplayName = "Read MCP resource",
            Description = "Reads a resource that an MCP server offers, such as a document. list_mcp_resources says what there is.",
            Parameters = ToolDeclaration.Schema(
                """
                {"type":"object","properties":{"server_name":{"type":"string","description":"The MCP server that has the resource."},
                "uri":{"type":"string","description":"The URI of the resource."}},"required":["server_name","uri"]}
                """u8),
            Kind = ToolKind.Read,
            Traits = ToolTraits.ReadOnly | ToolTraits.Parallel,
            Source = "mcp",
        },
        async (arguments, context, cancellationToken) => ToolResult.Success(ToolContent.FromParts(await catalog.ReadAsync(
            arguments.String("server_name")!, arguments.String("uri")!, text => LongText.Fit(text, McpCatalog.ReadTool, context),
            TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false))));

    public static Tool List(McpCatalog catalog) => new ResourceTool(
        new ToolDeclaration
        {
            Name = McpCatalog.ListTool,
            DisplayName = "List MCP resources",
            Description = "Lists the resources that MCP servers offer, and the templates of their URIs.",
            Parameters = ToolDeclaration.Schema(
                """
                {"type":"object","properties":{"server_name":{"type":"string",
                "description":"The only MCP server to ask; all if left out."}}}
                """u8),
            Kind = ToolKind.Read,
            Traits = ToolTraits.ReadOnly | ToolTraits.Parallel,
            Source = "mcp",
        },
        async (arguments, context, cancellationToken) =>
        {
            var listed = await catalog.ListAsync(arguments.String("server_name"), cancellationToken).ConfigureAwait(false);
            return ToolResult.Success(LongText.Fit(listed, McpCatalog.ListTool, context));
        });

    /// <summary>Writes what a server lists, one line each.</summary>
    public static async Task<string> DescribeAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var (method, member, uri) in new[] { ("resources/list", "resources", "uri"),
            ("resources/templates/list", "resourceTemplates", "uriTemplate") })
        {
            IReadOnlyList<JsonElement> pages;
            try
            {
                pages = await connection.ListAsync(method, cancellationToken).ConfigureAwait(false);
            }
            catch (McpProtocolException exception) when (exception.ErrorCode is McpErrorCode.MethodNotFound)
            {
                continue;
            }

            foreach (var entry in pages.SelectMany(page => page.Array(Encoding.UTF8.GetBytes(member))?.EnumerateArray() ?? default))
            {
                if (entry.Text(uri) is { } address)
                {
                    text.Append("  ").Append(address);
                    AppendNote(text, entry.Text("title") ?? entry.Text("name"), entry.Text("mimeType"), entry.Text("description"));
                }
            }
        }

        return text.Length > 0 ? text.ToString() : "  (nothing)\n";
    }

    private static void AppendNote(StringBuilder text, string? name, string? type, string? description)
    {
        text.Append(name is null ? string.Empty : $" — {name}").Append(type is null ? string.Empty : $" ({type})")
            .Append(description is null ? string.Empty : $": {description.ReplaceLineEndings(" ")}").Append('\n');
    }

    private sealed class ResourceTool(
        ToolDeclaration declaration, Func<ToolArguments, ToolContext, CancellationToken, ValueTask<ToolResult>> execute) : Tool(declaration)
    {
        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Invocation(arguments, context, execute);
    }

    private sealed class Invocation(
        ToolArguments arguments, ToolContext context, Func<ToolArguments, ToolContext, CancellationToken, ValueTask<ToolResult>> execute)
        : ToolInvocation
    {
        public override string Description => $"{arguments.String("server_name")} {arguments.String("uri")}".Trim();

        // Reading changes nothing; the permission rules for the server hold.
        public override ToolConsent Consent => ToolConsent.Allow;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await execute(arguments, context, cancellationToken).ConfigureAwait(false);
            }
            catch (McpRequestException exception)
            {
                return ToolResult.Failure(ToolError.ExecutionFailed, exception.Message);
            }
        }
    }
}
