using System.Text;
using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Kernel.Tools;
using QwenCode.Tools;

namespace QwenCode.Kernel.Agents;

/// <summary>The tool that launches agents. Made anew whenever the definitions change, because it describes them to the model.</summary>
internal sealed class AgentTool(AgentLauncher launcher, IReadOnlyList<AgentDefinition> definitions) : KernelTool(Declare(definitions))
{
    private const string Guidance =
        """
        Launches an agent that works on a task of its own and reports once, at its end. Its report comes back to you alone: tell
        the user what matters of it.

        Without `subagent_type` the agent is a fork: it continues this conversation, knows all of it, runs in the background, and
        its report comes as a notification. With a type it starts fresh and knows only its prompt, so say everything it needs.

        Use one for work that would fill your context with detail (wide searches, long reviews) or that can go on beside yours. Do
        not use one to read a file you can name, or to find a definition in a file or two. Launch several in one answer when their
        tasks are independent.

        With `run_in_background` the call returns at once and a notification brings the result; do not wait for it and do not do
        its work meanwhile. Give each agent a prompt that says what to find out or do, what to leave alone, and what to report.

        """;

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context, Agent caller)
    {
        var description = Required(arguments, "description");
        var prompt = Required(arguments, "prompt");
        var type = arguments.TryGet("subagent_type", out _) ? Required(arguments, "subagent_type") : null;
        if (type is not null && Find(type) is null)
        {
            throw new ToolArgumentException($"Subagent \"{type}\" not found. Available subagents: "
                + (definitions.Count == 0 ? "none. Leave out 'subagent_type' to launch a fork."
                    : string.Join(", ", definitions.Select(static definition => definition.Name))));
        }

        var request =
            new AgentRequest(description, prompt, type, arguments.Boolean("run_in_background") is true) { Budget = Budget(arguments) };
        return new KernelInvocation(description, token => launcher.LaunchAsync(caller, request, context.CallId, token));
    }

    // What returns at once runs in its place, so that its announcement and its result stand together; what is waited for runs
    // beside its neighbours.
    public override bool IsParallel(ToolArguments arguments) =>
        arguments.Boolean("run_in_background") is not true && arguments.String("subagent_type") is { } type
            && Find(type) is { Background: false };

    private AgentDefinition? Find(string name) =>
        definitions.FirstOrDefault(definition => string.Equals(definition.Name, name, StringComparison.OrdinalIgnoreCase));

    private static AgentBudget Budget(ToolArguments arguments) => new(
        MaxTurns: Bound(arguments, "max_turns", int.MaxValue) is { } turns ? (int)turns : null,
        MaxDuration: Bound(arguments, "max_time_minutes", TimeSpan.MaxValue.TotalMinutes / 2) is { } minutes
            ? TimeSpan.FromMinutes(minutes) : null,
        MaxTokens: Bound(arguments, "max_tokens", long.MaxValue / 2) is { } tokens ? (long)tokens : null,
        MaxToolCalls: Bound(arguments, "max_tool_calls", int.MaxValue) is { } calls ? (int)calls : null);

    // A bound can only tighten what the agent gets, so what makes no sense as one is no bound.
    private static double? Bound(ToolArguments arguments, string name, double max) =>
        arguments.Number(name) is { } value && value > 0 && (name == "max_time_minutes" || value >= 1) && value < max ? value : null;

    private static ToolDeclaration Declare(IReadOnlyList<AgentDefinition> definitions)
    {
        var text = new StringBuilder(Guidance);
        if (definitions.Count == 0)
        {
            text.Append("No agents of a type are configured.");
        }
        else
        {
            text.Append("Types:\n");
            foreach (var definition in definitions)
            {
                text.Append("- **").Append(definition.Name).Append("**: ").Append(definition.Description.ReplaceLineEndings(" "))
                    .Append('\n');
            }
        }

        return new ToolDeclaration
        {
            Name = "agent",
            DisplayName = "Agent",
            Description = text.ToString(),
            Kind = ToolKind.Other,
            Traits = ToolTraits.Preapproved | ToolTraits.Parallel | ToolTraits.LiveOutput | ToolTraits.ChecksOwnArguments,
            Source = "kernel",
            Parameters = Schema(definitions),
        };
    }

    private static JsonElement Schema(IReadOnlyList<AgentDefinition> definitions)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "object"u8);
            writer.WriteStartObject("properties"u8);
            Property(writer, "description", "string", "What the agent is about, in three to five words, for the user.");
            Property(writer, "prompt", "string", "The task, complete in itself.");
            writer.WriteStartObject("subagent_type"u8);
            writer.WriteString("type"u8, "string"u8);
            writer.WriteString("description"u8, "Which agent; leave out to fork."u8);
            if (definitions.Count > 0)
            {
                writer.WriteStartArray("enum"u8);
                foreach (var definition in definitions)
                {
                    writer.WriteStringValue(definition.Name);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            Property(writer, "run_in_background", "boolean", "Whether to go on at once and be notified at its end.");
            writer.WriteEndObject();
            writer.WriteStartArray("required"u8);
            writer.WriteStringValue("description"u8);
            writer.WriteStringValue("prompt"u8);
            writer.WriteEndArray();
            writer.WriteBoolean("additionalProperties"u8, false);
            writer.WriteString("$schema"u8, "http://json-schema.org/draft-07/schema#"u8);
            writer.WriteEndObject();
        }

        return ToolDeclaration.Schema(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Property(Utf8JsonWriter writer, string name, string type, string description)
    {
        writer.WriteStartObject(name);
        writer.WriteString("type"u8, type);
        writer.WriteString("description"u8, description);
        writer.WriteEndObject();
    }
}
