using System.Globalization;
using System.Text.Json;
using QwenCode.Kernel.Agents;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>A call whose tool is known and whose arguments fit the schema.</summary>
/// <param name="CallId">The id that the model gave the call.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Reading">The call as the permission policy reads it.</param>
internal sealed record CallRequest(string CallId, Tool Tool, CallReading Reading)
{
    private string? _hookId;

    /// <summary>Gets the arguments: those that the policy read, so what runs is what was judged.</summary>
    public ToolArguments Arguments => Reading.Arguments;

    /// <summary>Returns the call with other arguments, read anew.</summary>
    public CallRequest WithArguments(Agent agent, ToolArguments arguments) =>
        this with { Reading = agent.Policy.Read(Tool.Declaration, arguments) };

    /// <summary>Returns the call as front ends show it.</summary>
    /// <param name="invocation">The prepared call, which describes itself; <c>null</c> before that.</param>
    public ToolCallInfo Describe(ToolInvocation? invocation) => new(CallId, Tool.Name, Arguments.Json)
    {
        DisplayName = Tool.Declaration.DisplayName,
        Kind = Tool.Declaration.Kind,
        Description = invocation?.Description ?? string.Empty,
        Locations = invocation?.Locations ?? [],
    };

    /// <summary>Writes the members that hooks of a call get.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="agent">The agent that calls.</param>
    /// <param name="includeId">Whether the hook gets an id to relate events before and after the call.</param>
    public void WriteHookFields(Utf8JsonWriter writer, Agent agent, bool includeId)
    {
        writer.WriteString("permission_mode"u8, agent.Mode.ToWire());
        writer.WriteString("tool_name"u8, Tool.Name);
        writer.WritePropertyName("tool_input"u8);
        Arguments.Json.WriteTo(writer);
        if (includeId)
        {
            writer.WriteString("tool_use_id"u8, HookId(agent.Session.Time));
        }
    }

    // Not the model's id, and the same before and after the call. Only hooks need it, so it is made for the first.
    private string HookId(TimeProvider time) => _hookId ??= string.Create(CultureInfo.InvariantCulture,
        $"toolu_{time.GetUtcNow().ToUnixTimeMilliseconds()}_{Guid.NewGuid().ToString("N")[..9]}");
}
