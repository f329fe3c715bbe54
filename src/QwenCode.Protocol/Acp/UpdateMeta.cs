using System.Text.Json;

namespace QwenCode.Protocol.Acp;

/// <summary>What is said of an update beside the protocol's own members, as <c>_meta</c>.</summary>
internal readonly record struct UpdateMeta
{
    /// <summary>Gets the tool that a call is of.</summary>
    public string? ToolName { get; init; }

    /// <summary>Gets the <c>agent</c> call that the agent belongs to.</summary>
    public string? ParentCallId { get; init; }

    /// <summary>Gets the name of the agent's definition.</summary>
    public string? AgentType { get; init; }

    /// <summary>Gets where a message of the user's role comes from, if not from the user.</summary>
    public string? Source { get; init; }

    /// <summary>Gets when it was recorded.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>Writes the member, unless it would be empty.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="rest">Writes further members.</param>
    public void Write(Utf8JsonWriter json, Action<Utf8JsonWriter>? rest = null)
    {
        if (rest is null && this == default)
        {
            return;
        }

        json.WriteStartObject("_meta"u8);
        Text(json, "toolName"u8, ToolName);
        Text(json, "parentToolCallId"u8, ParentCallId);
        Text(json, "subagentType"u8, AgentType);
        Text(json, "source"u8, Source);
        if (RecordedAt is { } at)
        {
            json.WriteNumber("timestamp"u8, at.ToUnixTimeMilliseconds());
        }

        rest?.Invoke(json);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
