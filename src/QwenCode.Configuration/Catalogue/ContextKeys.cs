using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings under <c>context</c>, <c>memory</c>, <c>skills</c> and <c>slashCommands</c>.</summary>
internal static class ContextKeys
{
    private const string Memory = "Nothing is remembered by itself; write it into QWEN.md.";
    private const string NoSkills = "There are no skills; use agents (qwen agents list) and plugins (qwen plugins list).";

    public static readonly SettingKey[] Context =
    [
        Read("context.fileName", Text | List, null, "The names of context files, in place of QWEN.md and AGENTS.md."),
        Read("context.importFormat", Text, "\"tree\"", "Imports are put in place (tree) or listed one after another (flat).")
            with { Words = ["tree", "flat"] },
        Read("context.includeDirectories", List, "[]", "Further roots of the workspace; ~ and %userprofile% are the home."),
        Read("context.loadFromIncludeDirectories", Flag, "false", "Context files of the further roots are read, too."),
        Unread("context.clearContextOnIdle.thinkingThresholdMinutes", Number, "5", "Thoughts are kept as their provider wants them.")
            with { Always = "-1" },
        Read("context.clearContextOnIdle.toolResultsThresholdMinutes", Number, "60",
            "After how many minutes without an answer old results of tools are taken out; -1 is never."),
        Read("context.clearContextOnIdle.toolResultsNumToKeep", Whole, "5", "How many of the newest results stay then.")
            with { Variable = "QWEN_MC_KEEP_RECENT" },
        Unread("context.clearContextOnIdle.toolResultsTotalCharsThreshold", Number, null, "Results are taken out by age alone.")
            with { Always = "-1" },
        Read("context.fileFiltering.respectGitIgnore", Flag, "true", "Tools that list and search keep to .gitignore."),
        Read("context.fileFiltering.respectQwenIgnore", Flag, "true", "Tools keep to .qwenignore."),
        Unread("context.fileFiltering.customIgnoreFiles", List, null, "Use .qwenignore.") with { Always = "[]" },
        Unread("context.fileFiltering.enableRecursiveFileSearch", Flag, "true", "Names behind @ are not completed.")
            with { Always = "false" },
        Unread("context.fileFiltering.enableFuzzySearch", Flag, "true", "Names behind @ are not completed.") with { Always = "false" },
        Read("context.autoCompactThreshold", Number, null,
            "The same as model.chatCompression.contextPercentageThreshold; counts more.") with { Least = 0, Most = 1 },
    ];

    public static readonly SettingKey[] Memories =
    [
        Unread("memory.enableManagedAutoMemory", Flag, "true", Memory) with { Always = "false" },
        Unread("memory.enableManagedAutoDream", Flag, "false", Memory) with { Always = "false" },
        Unread("memory.enableAutoSkill", Flag, "false", NoSkills) with { Always = "false" },
        Unread("memory.autoSkillConfirm", Flag, "true", NoSkills) with { Always = "true" },
        Unread("memory.agentTimeoutMinutes", Number, null, Memory),
        Unread("memory.agentMaxTurns", Number, null, Memory),
        Unread("memory.enableTeamMemory", Flag, "false", Memory) with { Always = "false" },
        Unread("memory.enableTeamMemorySync", Flag, "false", Memory) with { Always = "false" },
    ];

    public static readonly SettingKey[] Skills =
    [
        Unread("skills.disabledLevels", List, null, NoSkills),
        Unread("skills.disabled", List, null, NoSkills) with { Always = "*" },
        Unread("skills.defaultDisabled", List, null, NoSkills) with { Always = "*" },
        Unread("skills.enabled", List, null, NoSkills),
        Unread("skills.directories", List, null, NoSkills),
    ];

    public static readonly SettingKey[] SlashCommands =
    [
        Read("slashCommands.disabled", List, null, "Commands that a prompt may not begin with, without the slash."),
    ];
}
