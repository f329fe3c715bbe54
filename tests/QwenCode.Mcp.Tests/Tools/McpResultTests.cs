using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Tools;
using QwenCode.Tools;

namespace QwenCode.Mcp.Tests.Tools;

public sealed class McpResultTests
{
    [Theory]
    [InlineData("""[{"type":"text","text":"hi"}]""", "hi")]
    [InlineData("""[{"type":"text","text":"a"},{"type":"text","text":"b"}]""", "a\nb")]
    [InlineData("""[{"type":"resource","resource":{"uri":"file:///a","text":"body"}}]""", "body")]
    [InlineData("""[{"type":"resource_link","uri":"file:///a","name":"n","title":"T"}]""", "Resource Link: T at file:///a")]
    [InlineData("""[{"type":"resource_link","uri":"file:///a","name":"n"}]""", "Resource Link: n at file:///a")]
    [InlineData("""[]""", "Tool execution succeeded.")]
    [InlineData("""[{"type":"text","text":""}]""", "Tool execution succeeded.")]
    public void Blocks_become_text(string blocks, string text)
    {
        var result = Map($$"""{"content":{{blocks}}}""");

        result.Error.ShouldBeNull();
        result.Content.ToText().ShouldBe(text);
    }

    [Theory]
    [InlineData("""{"type":"image","data":"AQI=","mimeType":"image/png"}""", "image", "image/png")]
    [InlineData("""{"type":"audio","data":"AQI=","mimeType":"audio/wav"}""", "audio", "audio/wav")]
    [InlineData("""{"type":"resource","resource":{"uri":"file:///a","blob":"AQI=","mimeType":"application/pdf"}}""", "resource", "application/pdf")]
    [InlineData("""{"type":"resource","resource":{"uri":"file:///a","blob":"AQI="}}""", "resource", "application/octet-stream")]
    public void Media_comes_with_a_word_about_it(string block, string what, string type)
    {
        var parts = Map($$"""{"content":[{{block}}]}""").Content.Parts;

        parts.Count.ShouldBe(2);
        parts[0].ShouldBeOfType<TextContent>().Text.ShouldBe($"[The tool 'tool it' returned {what} data of type {type}, which follows.]");
        var media = parts[1].ShouldBeOfType<DataContent>();
        media.MediaType.ShouldBe(type);
        media.Data.ToArray().ShouldBe([1, 2]);
    }

    [Fact]
    public void Damaged_media_is_told_of_and_the_rest_is_kept()
    {
        var text = Map("""{"content":[{"type":"image","data":"?","mimeType":"image/png"},{"type":"text","text":"rest"}]}""").Content.ToText();

        text.ShouldContain("damaged");
        text.ShouldEndWith("rest");
    }

    [Fact]
    public void A_result_that_is_only_structured_is_given_as_json() =>
        Map("""{"content":[],"structuredContent":{"sum":3}}""").Content.PlainText.ShouldBe("""{"sum":3}""");

    [Fact]
    public void Each_text_is_cut_by_itself()
    {
        var limits = new ToolLimits(60, 0);
        var parts = Map($$"""{"content":[{"type":"text","text":"short"},{"type":"text","text":"{{new string('x', 100)}}"}]}""", limits).Content.Parts;

        parts.Count.ShouldBe(2);
        ((TextContent)parts[0]).Text.ShouldBe("short");
        ((TextContent)parts[1]).Text.ShouldContain("[CONTENT TRUNCATED]");
    }

    [Fact]
    public void A_failure_names_the_tool_the_arguments_and_what_the_server_said()
    {
        var error = Map("""{"isError":true,"content":[{"type":"text","text":"no such city"},{"type":"image","data":"AQI=","mimeType":"image/png"}]}""").Error.ShouldNotBeNull();

        error.Type.ShouldBe("mcp_tool_error");
        error.Message.ShouldBe(
            """MCP tool 'tool it' reported tool error for function call: {"name":"tool it","args":{"city":"Köln"}} with response: """
            + """{"content":[{"type":"text","text":"no such city"},{"type":"image","mimeType":"image/png","data":"(4 characters left out)"}],"isError":true}""");
    }

    private static ToolResult Map(string answer, ToolLimits? limits = null)
    {
        var context = new ToolContext
        {
            Agent = ToolContext.Detached.Agent,
            Session = ToolContext.Detached.Session,
            Workspace = new Workspaces.Workspace(Path.GetTempPath(), runtimeDirectory: Path.Combine(Path.GetTempPath(), "qwen-mcp-results")),
            Limits = limits ?? ToolLimits.Default,
        };
        using var arguments = JsonDocument.Parse("""{"city":"Köln"}""");
        return McpResult.Map(JsonSerializer.Deserialize<CallToolResult>(answer, McpJsonUtilities.DefaultOptions)!, "tool it", "mcp__s__tool_it", arguments.RootElement, context);
    }
}
