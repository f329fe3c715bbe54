using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Control;

/// <summary>Writes a permission request as the control request <c>can_use_tool</c>, and reads the response to it.</summary>
public static class CanUseToolRequest
{
    /// <summary>Writes the members of a request that suggests nothing.</summary>
    /// <param name="json">Takes them.</param>
    /// <param name="call">The call.</param>
    public static void WriteBare(Utf8JsonWriter json, ToolCallInfo call)
    {
        WriteCall(json, call);
        json.WriteNull("permission_suggestions"u8);
        json.WriteNull("blocked_path"u8);
    }

    internal static void Write(Utf8JsonWriter json, PermissionRequested request)
    {
        WriteCall(json, request.Call);
        json.WriteStartArray("permission_suggestions"u8);
        var (allow, allowText, deny, denyText) = Labels(request);
        Suggestion(json, "allow", allow, allowText);
        Suggestion(json, "deny", deny, denyText);
        if (request.Confirmation is EditConfirmation)
        {
            Suggestion(json, "modify", "Review Changes", "Review the proposed changes before applying");
        }

        json.WriteEndArray();
        json.WriteNull("blocked_path"u8);
    }

    internal static PermissionAnswer Read(JsonElement answer, JsonElement input)
    {
        if (answer.Text("behavior") != "allow")
        {
            return new PermissionAnswer(PermissionOutcome.Cancel) { Message = answer.Text("message")
                is { Length: > 0 } message ? message : "Denied" };
        }

        JsonElement? updated = answer.TryMember("updatedInput", out var changed) && changed.ValueKind is JsonValueKind.Object
            && !JsonElement.DeepEquals(changed, input) ? changed : null;
        return new PermissionAnswer(PermissionOutcome.ProceedOnce) { UpdatedInput = updated };
    }

    private static void WriteCall(Utf8JsonWriter json, ToolCallInfo call)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(call);
        json.WriteString("subtype"u8, "can_use_tool"u8);
        json.WriteString("tool_name"u8, call.Name);
        json.WriteString("tool_use_id"u8, call.Id);
        json.WritePropertyName("input"u8);
        call.Input.WriteTo(json);
    }

    private static (string Allow, string AllowText, string Deny, string DenyText) Labels(PermissionRequested request) =>
        request.Confirmation switch
    {
        EditConfirmation edit => ("Allow Edit", $"Edit file: {Path.GetFileName(edit.FilePath)}", "Deny", "Block this file edit"),
        ExecuteConfirmation execute => ("Allow Command", $"Execute: {execute.Command}", "Deny", "Block this command execution"),
        McpConfirmation mcp => ("Allow MCP Call", $"{mcp.Server}: {mcp.ToolName}", "Deny", "Block this MCP server call"),
        PlanConfirmation plan => ("Approve Plan", plan.Title, "Reject Plan", "Do not carry out this plan"),
        InfoConfirmation info => ("Allow Info Request", info.Title, "Deny", "Block this information request"),
        var other => ("Allow", other.Title, "Deny", $"Block {request.Call.Kind.ToString().ToLowerInvariant()} operation"),
    };

    private static void Suggestion(Utf8JsonWriter json, string type, string label, string description)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("label"u8, label);
        json.WriteString("description"u8, description);
        json.WriteEndObject();
    }
}
