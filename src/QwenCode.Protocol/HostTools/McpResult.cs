using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Json;
using QwenCode.Platform.Text;
using QwenCode.Tools;

namespace QwenCode.Protocol.HostTools;

/// <summary>Turns the result of an MCP call into that of a tool.</summary>
internal static class McpResult
{
    private const string ToolErrorType = "mcp_tool_error";

    public static ToolResult Read(string tool, JsonElement arguments, JsonElement result, ToolLimits limits)
    {
        if (result.ValueKind is JsonValueKind.Object && result.TryMember("isError", out var failed)
            && failed.ValueKind is JsonValueKind.True)
        {
            return ToolResult.Failure(
                ToolErrorType,
                $"MCP tool '{tool}' reported tool error for function call: "
                + $"{{\"name\":\"{JsonEncodedText.Encode(tool)}\",\"args\":{arguments.GetRawText()}}} with response: "
                + $"{Bound(result.GetRawText(), limits)}");
        }

        var parts = new List<AIContent>();
        var shown = new List<string>();
        if (result.ValueKind is JsonValueKind.Object && result.TryMember("content", out var content)
            && content.ValueKind is JsonValueKind.Array)
        {
            foreach (var block in content.EnumerateArray())
            {
                Add(tool, block, limits, parts, shown);
            }
        }

        return parts switch
        {
            [] => ToolResult.Success("Tool execution succeeded."),
            [TextContent only] => ToolResult.Success(only.Text),
            _ => ToolResult.Success(ToolContent.FromParts(parts), string.Join('\n', shown)),
        };
    }

    private static void Add(string tool, JsonElement block, ToolLimits limits, List<AIContent> parts, List<string> shown)
    {
        switch (block.Text("type"))
        {
            case "text" when block.Text("text") is { } text:
                AddText(Bound(text, limits));
                break;
            case ("image" or "audio") and var kind:
                AddMedia(kind, block, "data");
                break;
            case "resource" when block.TryMember("resource", out var resource):
                if (resource.Text("text") is { } inner)
                {
                    AddText(Bound(inner, limits));
                }
                else
                {
                    AddMedia("resource", resource, "blob");
                }

                break;
            case "resource_link":
                AddText($"Resource Link: {block.Text("title") ?? block.Text("name")} at "
                    + $"{block.Text("uri")}");
                break;
            default:
                // Newer than this program; dropping it would hide what the tool said.
                AddText(Bound(block.GetRawText(), limits));
                break;
        }

        void AddText(string text)
        {
            parts.Add(new TextContent(text));
            shown.Add(text);
        }

        void AddMedia(string kind, JsonElement holder, string member)
        {
            var type = holder.Text("mimeType") is { } given && MediaTypeHeaderValue.TryParse(given, out _)
                ? given : "application/octet-stream";
            if (holder.ValueKind is JsonValueKind.Object && holder.TryMember(member, out var data)
                && data.ValueKind is JsonValueKind.String && data.TryGetBytesFromBase64(out var bytes))
            {
                parts.Add(new TextContent($"[Tool '{tool}' provided the following {kind} data with mime-type: {type}]"));
                parts.Add(new DataContent(bytes, type));
                shown.Add($"[{type}]");
            }
            else
            {
                AddText($"[Tool '{tool}' gave {kind} data of mime-type {type} that could not be read]");
            }
        }
    }

    private static string Bound(string text, ToolLimits limits)
    {
        if (limits.MaxCharacters <= 0 || text.Length <= limits.MaxCharacters)
        {
            return text;
        }

        var cut = TextCut.Before(text, limits.MaxCharacters);
        return $"{text[..cut]}\n[{text.Length - cut} more characters were left out]";
    }
}
