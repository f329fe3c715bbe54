using QwenCode.Conversations;
using QwenCode.Definitions.Agents;
using QwenCode.Mcp.Serving;
using QwenCode.Tools;
using Tool = ModelContextProtocol.Protocol.Tool;

namespace QwenCode.Cli.Serving;

/// <summary>Lists the tools that a client sees: those of plugins and of the kernel, and those that stand for whole sessions.</summary>
internal static class ServedTools
{
    /// <summary>The tool that runs an agent.</summary>
    public const string Agent = "agent";

    /// <summary>The tool that works on a prompt.</summary>
    public const string Prompt = "prompt";

    /// <summary>The tool that reads what became of a task.</summary>
    public const string TaskOutput = "task_output";

    // Schedules are prompts to a main agent, which a session of calls does not have.
    private static readonly HashSet<string> Inapplicable =
        new(StringComparer.Ordinal) { "cron_create", "cron_list", "cron_delete" };

    private static readonly Tool PromptTool = new()
    {
        Name = Prompt,
        Title = "Prompt",
        Description =
            "Gives a task to Qwen Code: an agent with its own tools and conversation works on it in this project until it is done, and "
            + "answers. It can take minutes. The result names the session; a further prompt with that session_id goes on with the "
            + "conversation.",
        InputSchema = ToolDeclaration.Schema(
            """
            {"type":"object","properties":{"prompt":{"type":"string","description":"The task."},"session_id":{"type":"string",
            "description":"The session to go on with; leave out to begin a new one."}},"required":["prompt"],
            "additionalProperties":false}
            """u8),
        OutputSchema = ToolDeclaration.Schema(
            """
            {"type":"object","properties":{"session_id":{"type":"string"},"text":{"type":"string"},"end":{"type":"string"}},
            "required":["session_id","text","end"]}
            """u8),
        Annotations = new() { Title = "Prompt", ReadOnlyHint = false, OpenWorldHint = true },
    };

    private static readonly Tool TaskOutputTool = new()
    {
        Name = TaskOutput,
        Title = "TaskOutput",
        Description = "Returns how a background task stands and, once it has ended, its result. Waits for its end if asked to.",
        InputSchema = ToolDeclaration.Schema(
            """
            {"type":"object","properties":{"task_id":{"type":"string","description":"The task's id."},"wait_seconds":{"type":"number",
            "minimum":0,"maximum":600,"description":"How long to wait for its end; 0 by default."}},"required":["task_id"],
            "additionalProperties":false}
            """u8),
        Annotations = new() { Title = "TaskOutput", ReadOnlyHint = true, OpenWorldHint = false },
    };

    /// <summary>Lists the tools.</summary>
    /// <param name="offered">What the session offers.</param>
    /// <param name="agents">The agents.</param>
    public static List<Tool> List(ToolSet offered, AgentCatalog agents)
    {
        var listed = new List<Tool>();
        foreach (var tool in offered.Tools)
        {
            if (IsServed(tool) && (tool.Name is Agent ? AgentTool(agents) : ServedTool.Of(tool.Declaration)) is { } described)
            {
                listed.Add(described);
            }
        }

        return [.. listed, PromptTool, TaskOutputTool];
    }

    /// <summary>
    /// Returns whether clients may call a tool of the session. Those of MCP servers are not passed on: a client connects to those itself.
    /// </summary>
    public static bool IsServed(Tools.Tool tool) => !Inapplicable.Contains(tool.Name) && tool.Name is not (Prompt or TaskOutput)
        && tool.Declaration.Source is not "mcp" && !tool.Declaration.Source.StartsWith("mcp:", StringComparison.Ordinal);

    private static Tool? AgentTool(AgentCatalog agents)
    {
        var definitions = agents.List();
        return definitions.Count == 0 ? null : new Tool
        {
            Name = Agent,
            Title = "Agent",
            Description = ServedContent.Sound(
                "Runs an agent of this project. It knows its prompt and nothing else, works on it with its own tools, and reports once, at "
                + "its end. With run_in_background the call returns at once with the id of a task; task_output reads its result, "
                + "task_stop stops it.\n\nAgents:\n"
                + string.Join('\n', definitions.Select(static one => $"- {one.Name}: {one.Description.ReplaceLineEndings(" ")}"))),
            InputSchema = Json.Object(writer =>
            {
                writer.WriteString("type"u8, "object"u8);
                writer.WriteStartObject("properties"u8);
                Property("subagent_type", "string", "Which agent.", [.. definitions.Select(static one => one.Name)]);
                Property("prompt", "string", "The task, complete in itself.", []);
                Property("description", "string", "What it is about, in three to five words.", []);
                Property("run_in_background", "boolean", "Whether to return at once.", []);
                writer.WriteEndObject();
                writer.WriteStartArray("required"u8);
                writer.WriteStringValue("subagent_type"u8);
                writer.WriteStringValue("prompt"u8);
                writer.WriteEndArray();
                writer.WriteBoolean("additionalProperties"u8, false);

                void Property(string name, string type, string description, string[] values)
                {
                    writer.WriteStartObject(name);
                    writer.WriteString("type"u8, type);
                    writer.WriteString("description"u8, description);
                    if (values.Length > 0)
                    {
                        writer.WriteStartArray("enum"u8);
                        Array.ForEach(values, writer.WriteStringValue);
                        writer.WriteEndArray();
                    }

                    writer.WriteEndObject();
                }
            }),
            Annotations = new() { Title = "Agent", ReadOnlyHint = false, OpenWorldHint = true },
        };
    }
}
