using System.Globalization;
using System.Text.Json;

namespace QwenCode.Client;

/// <summary>What the options say on the command line, and in the handshake.</summary>
internal static class Handshake
{
    /// <summary>Returns the arguments of the program.</summary>
    public static IEnumerable<string> Arguments(QwenClientOptions options)
    {
        foreach (var argument in (string[])["--input-format", "stream-json", "--output-format", "stream-json"])
        {
            yield return argument;
        }

        if (options.IncludePartialMessages)
        {
            yield return "--include-partial-messages";
        }

        // In one word, so that a value that begins with a dash is none of the program's options.
        (string Name, string? Value)[] named =
        [
            ("model", options.Model),
            ("approval-mode", options.ApprovalMode),
            ("system-prompt", options.SystemPrompt),
            ("append-system-prompt", options.AppendSystemPrompt),
            ("max-session-turns", options.MaxTurns?.ToString(CultureInfo.InvariantCulture)),
            ("resume", options.Resume?.ToString()),
            .. options.AllowedTools.Select(static rule => ("allowed-tools", (string?)rule)),
            .. options.ExcludedTools.Select(static rule => ("exclude-tools", (string?)rule)),
        ];
        foreach (var (name, value) in named)
        {
            if (value is not null)
            {
                yield return $"--{name}={value}";
            }
        }

        foreach (var argument in options.Arguments)
        {
            yield return argument;
        }
    }

    /// <summary>Writes the members of <c>initialize</c>.</summary>
    public static void Write(Utf8JsonWriter json, QwenClientOptions options)
    {
        if (options.Effort is { } effort)
        {
            json.WriteString("effort"u8, effort);
        }

        json.WriteStartObject("timeout"u8);
        json.WriteNumber("canUseTool"u8, (long)options.DecisionTimeout.TotalMilliseconds);
        json.WriteEndObject();
        json.WriteBoolean("keepConfiguredAgents"u8, true);
        WriteAgents(json, options.Agents);
        WriteHooks(json, options.Hooks);
        if (options.Tools.Count > 0)
        {
            json.WriteStartObject("sdkMcpServers"u8);
            json.WriteStartObject(HostTools.ServerName);
            json.WriteString("type"u8, "sdk"u8);
            json.WriteString("name"u8, HostTools.ServerName);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (options.McpServers.Count > 0)
        {
            json.WriteStartObject("mcpServers"u8);
            foreach (var (name, server) in options.McpServers)
            {
                json.WritePropertyName(name);
                server.WriteTo(json);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteAgents(Utf8JsonWriter json, IReadOnlyList<ClientAgent> agents)
    {
        json.WriteStartArray("agents"u8);
        foreach (var agent in agents)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, agent.Name);
            json.WriteString("description"u8, agent.Description);
            json.WriteString("systemPrompt"u8, agent.SystemPrompt);
            json.WriteString("level"u8, "session"u8);
            json.WriteBoolean("background"u8, agent.Background);
            if (agent.Model is { } model)
            {
                json.WriteString("model"u8, model);
            }

            if (agent.MaxTurns is { } turns)
            {
                json.WriteNumber("maxTurns"u8, turns);
            }

            if (agent.Tools is { } tools)
            {
                json.WriteStartArray("tools"u8);
                foreach (var tool in tools)
                {
                    json.WriteStringValue(tool);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHooks(Utf8JsonWriter json, IReadOnlyList<ClientHook> hooks)
    {
        json.WriteStartArray("hooks"u8);
        for (var i = 0; i < hooks.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("event"u8, hooks[i].Event);
            json.WriteString("callback_id"u8, i.ToString(CultureInfo.InvariantCulture));
            json.WriteString("matcher"u8, hooks[i].Matcher);
            json.WriteNumber("timeout"u8, hooks[i].Timeout.TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
