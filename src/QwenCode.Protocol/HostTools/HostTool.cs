using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Platform.Text;
using QwenCode.Protocol.Control;
using QwenCode.Tools;

namespace QwenCode.Protocol.HostTools;

/// <summary>A tool that the host serves. The host is who the program works for, so its tools are trusted and never ask.</summary>
internal sealed class HostTool(HostToolServer server, JsonElement definition) : Tool(Declare(server.Name, definition))
{
    private readonly string _name = definition.Text("name")!;

    /// <summary>Returns the name a model calls the tool by.</summary>
    public static string FullName(string server, string tool) => McpNames.Of(server, tool);

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) =>
        new Invocation(server, _name, arguments, context);

    private static ToolDeclaration Declare(string server, JsonElement definition)
    {
        var isReadOnly = definition.TryMember("annotations", out var annotations) && annotations.ValueKind is JsonValueKind.Object
            && annotations.TryMember("readOnlyHint", out var hint) && hint.ValueKind is JsonValueKind.True;
        var name = definition.Text("name")!;
        return new ToolDeclaration
        {
            Name = FullName(server, name),
            DisplayName = $"{name} ({server} MCP Server)",
            Description = definition.Text("description") ?? string.Empty,
            Parameters = definition.TryMember("inputSchema", out var schema) && schema.ValueKind is JsonValueKind.Object
                ? schema : ToolArguments.None.Json,
            Kind = ToolKind.Other,
            Traits = isReadOnly ? ToolTraits.ReadOnly : ToolTraits.Preapproved,
            Source = $"mcp:{server}",
        };
    }

    private sealed class Invocation(HostToolServer server, string tool, ToolArguments arguments, ToolContext context) : ToolInvocation
    {
        public override string Description => arguments.Json.GetRawText();

        public override ToolConsent Consent => ToolConsent.Allow;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            try
            {
                var result = await server.CallAsync(tool, arguments.Json, cancellationToken).ConfigureAwait(false);
                return McpResult.Read(tool, arguments.Json, result, context.Limits);
            }
            catch (HostRequestException exception)
            {
                return ToolResult.Failure(ToolError.ExecutionFailed, exception.Message);
            }
        }
    }
}
