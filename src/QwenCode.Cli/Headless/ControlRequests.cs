using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Hosting;
using QwenCode.Permissions;
using QwenCode.Platform.Json;
using QwenCode.Protocol.Control;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>What a host can ask of an open session.</summary>
internal static class ControlRequests
{
    public static bool IsKnown(string subtype) =>
        subtype is "set_model" or "set_permission_mode" or "supported_commands" or "mcp_server_status" or "get_context_usage"
            or "can_use_tool" or "set_effort" or "get_available_models" or "get_usage_info" or "continue_last_turn";

    /// <summary>Writes the answer to the handshake.</summary>
    /// <param name="json">Takes the members.</param>
    /// <param name="id">The session.</param>
    /// <param name="hasHooks">Whether the host has registered hooks; to others qwen-code says that it has none.</param>
    public static void WriteCapabilities(Utf8JsonWriter json, SessionId id, bool hasHooks)
    {
        json.WriteString("subtype"u8, "initialize"u8);
        json.WriteString("session_id"u8, id.Value);
        json.WriteStartObject("capabilities"u8);
        json.WriteBoolean("can_handle_can_use_tool"u8, true);
        json.WriteBoolean("can_handle_hook_callback"u8, hasHooks);
        json.WriteBoolean("can_set_permission_mode"u8, true);
        json.WriteBoolean("can_set_model"u8, true);
        json.WriteBoolean("can_set_effort"u8, true);
        json.WriteBoolean("can_get_context_usage"u8, true);
        json.WriteBoolean("can_get_available_models"u8, true);
        json.WriteBoolean("can_get_usage_info"u8, true);
        json.WriteBoolean("can_handle_mcp_message"u8, true);
        json.WriteEndObject();
    }

    /// <summary>Does what a request asks for and gives what to answer.</summary>
    /// <exception cref="HostRequestException">It cannot be done.</exception>
    public static Action<Utf8JsonWriter> Handle(
        InputMessage message, StreamJsonSession session, WorkspaceServices project, SessionMcpServers own,
        IReadOnlyList<McpServerStatus> servers) =>
        message.Subtype switch
    {
        "set_model" => SetModel(message.Request, session),
        "set_permission_mode" => SetMode(message.Request, session, project),
        "supported_commands" => json =>
        {
            json.WriteString("subtype"u8, "supported_commands"u8);
            json.WriteStartArray("commands"u8);
            foreach (var command in session.Commands(own))
            {
                json.WriteStringValue(command);
            }

            json.WriteEndArray();
        },
        "mcp_server_status" => json =>
        {
            json.WriteString("subtype"u8, "mcp_server_status"u8);
            json.WriteStartObject("status"u8);
            foreach (var server in servers)
            {
                json.WriteString(server.Name, server.Status);
            }

            json.WriteEndObject();
        },
        "get_context_usage" => ContextUsage(message.Request, session),
        "set_effort" => SetEffort(message.Request, session),
        "get_available_models" => AvailableModels(session, project),
        "continue_last_turn" => Continue(session),
        _ => CanUseTool(message.Request, session.Session.Info),
    };

    // While something is worked on, there is nothing that was cut short.
    private static Action<Utf8JsonWriter> Continue(StreamJsonSession session)
    {
        var interruption = session.Tracker.HasUnfinished ? TurnInterruption.None : session.Session.Interruption;
        var isAccepted = interruption is not TurnInterruption.None;
        if (isAccepted)
        {
            session.Tracker.Began();
            session.Session.Send(new ContinueInput());
        }

        return json =>
        {
            json.WriteString("subtype"u8, "continue_last_turn"u8);
            json.WriteBoolean("accepted"u8, isAccepted);
            json.WriteString("interruption"u8, interruption switch
            {
                TurnInterruption.Prompt => "interrupted_prompt"u8, TurnInterruption.Turn => "interrupted_turn"u8, _ => "none"u8,
            });
        };
    }

    private static Action<Utf8JsonWriter> SetModel(JsonElement request, StreamJsonSession session)
    {
        if (request.Text("model")?.Trim() is not { Length: > 0 } model)
        {
            throw new HostRequestException("The 'model' of set_model must be a string that is not empty.");
        }

        var before = session.Tracker.ModelChanges;
        session.Session.Send(new SetModelInput(model));
        return session.Tracker.ModelChanges > before
            ? json =>
            {
                json.WriteString("subtype"u8, "set_model"u8);
                json.WriteString("model"u8, model);
            }
        : throw new HostRequestException(session.Tracker.LastNotice ?? $"The model '{model}' cannot be used.");
    }

    private static Action<Utf8JsonWriter> SetMode(JsonElement request, StreamJsonSession session, WorkspaceServices project)
    {
        var word = request.Text("mode");
        if (!ApprovalModes.TryParse(word, out var mode))
        {
            throw new HostRequestException(
                $"Invalid permission mode '{word}'; it must be one of: {string.Join(", ", ApprovalModes.Names)}.");
        }

        if (!project.Settings.IsTrusted && mode is ApprovalMode.AutoEdit or ApprovalMode.Yolo)
        {
            throw new HostRequestException($"The mode '{word}' cannot be set: this folder is not trusted.");
        }

        session.Session.Send(new SetApprovalModeInput(mode));
        return json =>
        {
            json.WriteString("status"u8, "updated"u8);
            json.WriteString("mode"u8, word);
        };
    }

    /// <summary>Reads how hard a model is to think.</summary>
    /// <exception cref="HostRequestException">It is no such word.</exception>
    public static ReasoningEffort Effort(string? word) => word?.Trim().ToLowerInvariant() switch
    {
        "off" or "none" => ReasoningEffort.None,
        "low" or "minimal" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        "high" => ReasoningEffort.High,
        "xhigh" or "max" => ReasoningEffort.ExtraHigh,
        _ => throw new HostRequestException($"Invalid effort '{word}'; it must be one of: none, low, medium, high, max."),
    };

    private static Action<Utf8JsonWriter> SetEffort(JsonElement request, StreamJsonSession session)
    {
        var word = request.Text("effort");
        session.Session.Send(new SetEffortInput(Effort(word)));
        return json =>
        {
            json.WriteString("subtype"u8, "set_effort"u8);
            json.WriteString("effort"u8, word);
        };
    }

    private static Action<Utf8JsonWriter> AvailableModels(StreamJsonSession session, WorkspaceServices project) => json =>
    {
        var current = session.Session.Info.Model;
        json.WriteString("subtype"u8, "get_available_models"u8);
        json.WriteString("currentModel"u8, current);
        json.WriteStartArray("models"u8);
        foreach (var model in project.Models.Models)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, model.Id);
            json.WriteString("name"u8, model.Name);
            if (model.Description is { } description)
            {
                json.WriteString("description"u8, description);
            }

            json.WriteString("authType"u8, model.Protocol);
            json.WriteBoolean("isCurrent"u8, model.Id == current);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    };

    private static Action<Utf8JsonWriter> ContextUsage(JsonElement request, StreamJsonSession session) => json =>
    {
        var (used, window) = (session.Tracker.ContextTokens, session.ContextWindow);
        var usage = ContextUsageEstimate.Of(session.Session.MeasureContext(), used);
        json.WriteString("subtype"u8, "get_context_usage"u8);
        json.WriteString("modelName"u8, session.Session.Info.Model);
        json.WriteNumber("totalTokens"u8, used);
        json.WriteNumber("contextWindowSize"u8, window);
        json.WriteStartObject("breakdown"u8);
        json.WriteNumber("systemPrompt"u8, usage.SystemPrompt);
        json.WriteNumber("builtinTools"u8, usage.BuiltInTools.Sum(static tool => tool.Tokens));
        json.WriteNumber("mcpTools"u8, usage.McpTools.Sum(static tool => tool.Tokens));
        json.WriteNumber("memoryFiles"u8, usage.Memory);
        json.WriteNumber("skills"u8, 0);
        json.WriteNumber("messages"u8, usage.Messages);
        json.WriteNumber("freeSpace"u8, Math.Max(0, window - used));
        json.WriteNumber("autocompactBuffer"u8, 0);
        json.WriteEndObject();
        var isDetailed = request.Member("show_details").ValueKind is JsonValueKind.True;
        WriteTools(json, "builtinTools", isDetailed ? usage.BuiltInTools : []);
        WriteTools(json, "mcpTools", isDetailed ? usage.McpTools : []);
        WriteTools(json, "memoryFiles", []);
        WriteTools(json, "skills", []);
        json.WriteBoolean("isEstimated"u8, true);
        json.WriteBoolean("showDetails"u8, isDetailed);
    };

    private static void WriteTools(Utf8JsonWriter json, string name, IReadOnlyList<(string Name, long Tokens)> tools)
    {
        json.WriteStartArray(name);
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteNumber("tokens"u8, tool.Tokens);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static Action<Utf8JsonWriter> CanUseTool(JsonElement request, SessionInfo info)
    {
        var tool = request.Text("tool_name") ?? string.Empty;
        var refusal = !info.Tools.Contains(tool) ? $"There is no tool '{tool}'."
            : info.Mode is ApprovalMode.Default ? $"The tool '{tool}' needs approval in the mode 'default'."
            : null;
        return json =>
        {
            json.WriteString("subtype"u8, "can_use_tool"u8);
            json.WriteString("behavior"u8, refusal is null ? "allow"u8 : "deny"u8);
            if (refusal is not null)
            {
                json.WriteString("message"u8, refusal);
            }
        };
    }
}
