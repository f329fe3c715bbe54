using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace QwenCode.Cli.Tests.Support;

/// <summary>
/// The official schema of the Agent Client Protocol, version 1 (schema.json of the npm package @agentclientprotocol/sdk 2.4.0,
/// Apache License 2.0). Every message that the program sends in a test is held against it.
/// </summary>
internal static class AcpSchema
{
    private static readonly string Defs = Read();

    private static readonly Dictionary<string, JsonSchema> Definitions = [];

    private static readonly Dictionary<string, string> Sent = new()
    {
        ["session/update"] = "SessionNotification",
        ["session/request_permission"] = "RequestPermissionRequest",
        ["fs/read_text_file"] = "ReadTextFileRequest",
        ["fs/write_text_file"] = "WriteTextFileRequest",
        ["terminal/create"] = "CreateTerminalRequest",
        ["terminal/output"] = "TerminalOutputRequest",
        ["terminal/wait_for_exit"] = "WaitForTerminalExitRequest",
        ["terminal/kill"] = "KillTerminalRequest",
        ["terminal/release"] = "ReleaseTerminalRequest",
        ["$/cancel_request"] = "CancelRequestNotification",
    };

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["initialize"] = "InitializeResponse",
        ["authenticate"] = "AuthenticateResponse",
        ["session/new"] = "NewSessionResponse",
        ["session/load"] = "LoadSessionResponse",
        ["session/resume"] = "ResumeSessionResponse",
        ["session/close"] = "CloseSessionResponse",
        ["session/list"] = "ListSessionsResponse",
        ["session/prompt"] = "PromptResponse",
        ["session/set_mode"] = "SetSessionModeResponse",
        ["session/set_config_option"] = "SetSessionConfigOptionResponse",
    };

    /// <summary>Returns what is wrong with a message of the program; empty if nothing is.</summary>
    /// <param name="message">The message.</param>
    /// <param name="asked">The method of the request that it answers, if it answers one.</param>
    public static string Fault(JsonElement message, string? asked)
    {
        if (message.TryGetProperty("method", out var method))
        {
            return Sent.TryGetValue(method.GetString()!, out var parameters)
                ? Check(parameters, message.GetProperty("params")) : $"The protocol has no method {method} for a client.";
        }

        return message.TryGetProperty("error", out var error) ? Check("Error", error)
            : asked is not null && Answers.TryGetValue(asked, out var answer) ? Check(answer, message.GetProperty("result"))
            : string.Empty;
    }

    private static string Check(string definition, JsonElement value)
    {
        var result = Definition(definition).Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? string.Empty
            : $"It is no {definition}: {string.Join("; ", (result.Details ?? []).Where(static one => one.Errors is { Count: > 0 })
                .Select(static one => $"{one.InstanceLocation} {string.Join(", ", one.Errors!.Values)}").Take(8))}";
    }

    private static JsonSchema Definition(string name)
    {
        lock (Definitions)
        {
            if (!Definitions.TryGetValue(name, out var schema))
            {
                schema = JsonSchema.FromText($$"""{"$ref":"#/$defs/{{name}}","$defs":{{Defs}}}""");
                Definitions[name] = schema;
            }

            return schema;
        }
    }

    private static string Read()
    {
        var whole = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Support", "acp-v1.schema.json")))!;
        Strip(whole);
        return whole["$defs"]!.ToJsonString();
    }

    // Keywords of other dialects, which the library refuses.
    private static void Strip(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject schema:
                foreach (var name in schema.Select(static member => member.Key)
                    .Where(static name => name.StartsWith("x-", StringComparison.Ordinal) || name == "discriminator").ToList())
                {
                    schema.Remove(name);
                }

                foreach (var member in schema)
                {
                    Strip(member.Value);
                }

                break;
            case JsonArray list:
                foreach (var one in list)
                {
                    Strip(one);
                }

                break;
        }
    }
}
