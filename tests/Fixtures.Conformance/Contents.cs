using Microsoft.Extensions.AI;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace Fixtures.Conformance;

[PluginTool]
public sealed class SimpleText() : ConformanceTool("test_simple_text")
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context) => ToolResult.Success("This is a simple text response for testing.");
}

[PluginTool]
public sealed class ImageContent() : ConformanceTool("test_image_content")
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context) => new() { Content = ToolContent.FromParts([Media.Image]) };
}

[PluginTool]
public sealed class AudioContent() : ConformanceTool("test_audio_content")
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context) => new() { Content = ToolContent.FromParts([Media.Sound]) };
}

[PluginTool]
public sealed class EmbeddedResource() : ConformanceTool("test_embedded_resource")
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context) => new()
    {
        Content = ToolContent.FromParts([new DataContent("This is an embedded resource content."u8.ToArray(), "text/plain") { Name = "test://embedded-resource" }]),
    };
}

[PluginTool]
public sealed class MixedContent() : ConformanceTool("test_multiple_content_types")
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context) => new()
    {
        Content = ToolContent.FromParts(
        [
            new TextContent("Multiple content types test:"), Media.Image,
            new DataContent("""{"test":"data","value":123}"""u8.ToArray(), "application/json") { Name = "test://mixed-content-resource" },
        ]),
    };
}

[PluginTool]
public sealed class ErrorHandling() : ConformanceTool("test_error_handling")
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context) =>
        throw new InvalidOperationException("This tool intentionally returns an error for testing");
}

[PluginTool]
public sealed class NewestSchema() : ConformanceTool(
    "json_schema_2020_12_tool",
    """
    {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
    "$defs":{"address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
    "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"}},"additionalProperties":false}
    """)
{
    protected override ToolResult Run(ToolArguments arguments, ToolContext context) => ToolResult.Success("ok");
}

internal static class Media
{
    public static DataContent Image { get; } = new(
        Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), "image/png");

    public static DataContent Sound { get; } = new(
        Convert.FromBase64String("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA=="), "audio/wav");
}
