using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings under <c>agents</c>, <c>hooks</c> and <c>experimental</c>.</summary>
internal static class AgentKeys
{
    private const string NoArena = "There is no arena.";
    private const string NoGrades = "Models are named by their ids, in an agent's file and in a call.";
    private const string NoPeers = "Sessions do not send each other messages.";
    private const string NoLive = "There are no conversations by voice.";

    public static readonly SettingKey[] Agents =
    [
        Read("agents.*.permissions", Map | Items, null, "Rules of the agent with that name; they only ever take away."),
        Read("agents.*.permissions.allow", List, null, "The only calls it may make."),
        Read("agents.*.permissions.ask", List, null, "Calls of it that are asked about."),
        Read("agents.*.permissions.deny", List, null, "Calls it may not make."),
        Read("agents.maxConcurrent", Whole, null, "How many background agents run at once; others wait.") with { Least = 1 },
        Read("agents.maxParallelAgents", Whole, null, "The same, as newer versions write it; agents.maxConcurrent counts more.")
            with { Least = 1 },
        Unread("agents.maxParallelAgentsByModel", Map, null, "Use agents.maxConcurrent."),
        Unread("agents.maxParallelAgentsByModel.*", Number, null, "Use agents.maxConcurrent."),
        Read("agents.maxDepth", Whole, null, "How deep agents may launch agents.") with { Least = 0 },
        Read("agents.runConfig.max_turns", Whole, null, "How many requests an agent may make at most.") with { Least = 1 },
        Read("agents.runConfig.max_time_minutes", Number, null, "How many minutes an agent may take at most."),
        Read("agents.runConfig.max_tokens", Whole, null, "How many tokens an agent may use at most.") with { Least = 1 },
        Read("agents.runConfig.max_tool_calls", Whole, null, "How many calls an agent may make at most.") with { Least = 1 },
        Read("agents.stallWarningMinutes", Number, null, "After how many minutes without a sign of life an agent is reported; 0 is never.")
            with { Least = 0 },
        Read("agents.stallLimitMinutes", Number, null, "After how many minutes without a sign of life an agent is failed; 0 is never.")
            with { Least = 0 },
        Unread("agents.builtin.exploreModel", Text, "\"inherit\"", "Put an agent named explore with a model of its own into .qwen/agents.")
            with { Always = "\"inherit\"" },
        Unread("agents.modelGrades", Map, null, NoGrades),
        Unread("agents.modelGrades.*", Text, null, NoGrades),
        Unread("agents.allowedGrades", List, null, NoGrades),
        Unread("agents.displayMode", Text, null, "Agents run in the process of the session.") with { Always = "\"in-process\"" },
        Unread("agents.arena.worktreeBaseDir", Text, null, NoArena),
        Unread("agents.arena.preserveArtifacts", Flag, "false", NoArena) with { Always = "false" },
        Unread("agents.arena.maxRoundsPerAgent", Number, null, NoArena),
        Unread("agents.arena.timeoutSeconds", Number, null, NoArena),
        Unread("agents.team", Map, null, "There are no teams."),
        Unread("agents.team.*", SettingFit.Anything, null, "There are no teams."),
        Unread("agents.swarm", Map, null, "There are no swarms."),
        Unread("agents.swarm.*", SettingFit.Anything, null, "There are no swarms."),
        Unread("agents.crossSessionMessaging", Flag, null, NoPeers) with { Always = "false" },
        Unread("agents.crossSessionInbound", Text, null, NoPeers),
        Unread("agents.crossSessionHeldExpiry", Number, null, NoPeers),
    ];

    public static readonly SettingKey[] Hooks =
    [
        Read("hooks", Map, "{}", "Commands and addresses that are called at events."),
        Read("hooks.*", Items, null, "The groups of one event. Each file's groups are added."),
        Read("hooks.*[].matcher", Text, null, "A pattern for the event's subject; all where there is none."),
        Read("hooks.*[].sequential", Flag, "false", "The hooks of the group run one after another."),
        Read("hooks.*[].hooks", Items, null, "The hooks of the group."),
        Read("hooks.*[].hooks[].type", Text, null, "What it is.") with { Words = ["command", "http"] },
        Read("hooks.*[].hooks[].command", Text, null, "The command, which gets the event as JSON on standard input."),
        Read("hooks.*[].hooks[].shell", Text, null, "What runs it.") with { Words = ["bash", "powershell"] },
        Read("hooks.*[].hooks[].env", Map, null, "Further variables of its environment."),
        Read("hooks.*[].hooks[].env.*", Text | Number | Flag, null, "A variable.") with { IsSecret = true },
        Read("hooks.*[].hooks[].async", Flag, "false", "Its end is not awaited."),
        Read("hooks.*[].hooks[].timeout", Number, null, "How long it may take: seconds, or milliseconds from 1000 on for commands."),
        Read("hooks.*[].hooks[].url", Text, null, "The address, which gets the event as JSON by POST."),
        Read("hooks.*[].hooks[].headers", Map, null, "Headers of the request."),
        Read("hooks.*[].hooks[].headers.*", Text | Number | Flag, null, "A header.") with { IsSecret = true },
        Read("hooks.*[].hooks[].allowedEnvVars", List, null, "The variables that headers and address may name."),
        Read("hooks.*[].hooks[].once", Flag, "false", "It is called once in a session."),
        Read("hooks.*[].hooks[].name", Text, null, "Its name, for messages."),
        Read("hooks.*[].hooks[].description", Text, null, "A sentence about it."),
        Unread("hooks.*[].hooks[].statusMessage", Text, null, "Nothing is shown while a hook runs."),
        Unread("hooks.*[].hooks[].if", Text, null, "The hook runs whenever its matcher fits."),
    ];

    public static readonly SettingKey[] Experimental =
    [
        Read("experimental.cron", Flag, "false", "The tools for scheduled prompts."),
        Unread("experimental.cronRecurringMaxAgeDays", Number, "7", "A schedule ends with its session.") with { Always = "0" },
        Unread("experimental.liveVoice", Map, null, NoLive),
        Unread("experimental.liveVoice.apiKey", Text, null, NoLive) with { IsSecret = true },
        Unread("experimental.liveVoice.*", Flag | Text, null, NoLive),
        Unread("experimental.sessionWorkflow", Flag, "false", "There are no workflows.") with { Always = "false" },
        Unread("experimental.todoStopGuard", Flag, "false", "A Stop hook can do the same.") with { Always = "false" },
        Unread("experimental.sessionWriterLease", Flag, "false", "There are no leases.") with { Always = "false" },
        Unread("experimental.agentTeam", Flag, "false", "There are no teams.") with { Always = "false" },
        Unread("experimental.artifact", Flag, "true", "There are no artifacts.") with { Always = "false" },
        Unread("experimental.emitToolUseSummaries", Flag, "true", "Calls are shown as they are.") with { Always = "false" },
    ];
}
