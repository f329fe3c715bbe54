using System.Globalization;
using System.Text.Json;

namespace QwenCode.Configuration.Layers;

/// <summary>
/// Copes with values of kinds that other versions of the program use: what they mean is understood where it can be, else the user is
/// warned and the stricter meaning counts. Lists of rules are left out: one that cannot be read stops the run.
/// </summary>
internal static class SettingsTolerance
{
    private static readonly string[] Groups =
        ["general", "output", "ui", "ide", "privacy", "model", "context", "memory", "advanced", "agents", "telemetry", "experimental",
            "model.chatCompression", "context.clearContextOnIdle", "context.fileFiltering", "general.checkpointing", "agents.runConfig",
            "security.folderTrust"];

    // What counts where a value cannot be understood; the others have their defaults, which are no weaker.
    private static readonly (string Key, bool Strict)[] Booleans =
        [("disableAllHooks", false), ("experimental.cron", false), ("general.chatRecording", true), ("general.gitCoAuthor", true),
            ("context.loadFromIncludeDirectories", false), ("context.fileFiltering.respectGitIgnore", true),
            ("context.fileFiltering.respectQwenIgnore", true), ("model.enableOpenAILogging", false), ("model.skipLoopDetection", true),
            ("model.skipStartupContext", false), ("security.auth.useExternal", false), ("security.folderTrust.enabled", true)];

    private static readonly string[] Numbers =
        ["context.clearContextOnIdle.toolResultsNumToKeep", "context.clearContextOnIdle.toolResultsThresholdMinutes",
            "model.sessionTokenLimit", "model.maxSessionTurns", "model.chatCompression.contextPercentageThreshold",
            "tools.truncateToolOutputLines", "tools.truncateToolOutputThreshold", "agents.maxConcurrent", "agents.maxDepth",
            "agents.runConfig.max_turns", "agents.runConfig.max_time_minutes", "agents.runConfig.max_tokens",
            "agents.runConfig.max_tool_calls", "agents.stallWarningMinutes", "agents.stallLimitMinutes"];

    private static readonly string[] Texts =
        ["fastModel", "model.name", "model.openAILoggingDir", "advanced.runtimeOutputDir", "security.auth.apiKey", "security.auth.baseUrl",
            "security.auth.selectedType"];

    private static readonly string[] Lists = ["context.fileName", "context.includeDirectories"];

    private static readonly (string Key, string[] Words)[] Words =
        [("tools.approvalMode", []), ("output.format", ["text", "json", "stream-json"]), ("context.importFormat", ["tree", "flat"])];

    /// <summary>Changes what other versions wrote into what this one reads.</summary>
    /// <param name="root">The merged settings; not shared with the files yet.</param>
    /// <param name="warnings">Takes what the owner of a file should know.</param>
    public static void Apply(SettingsNode root, List<SettingsWarning> warnings)
    {
        foreach (var key in Groups)
        {
            if (Find(root, key) is { Node: { IsObject: false } node } place
                && !(key == "security.folderTrust" && AsBoolean(node) is not null))
            {
                place.Parent.Members[place.Name] = SettingsNode.Object(node.Origin);
                Warn(warnings, key, node, "an object", "It is ignored.");
            }
            else if (Find(root, key) is { Node: { IsObject: false } flag } trust)
            {
                trust.Parent.Members[trust.Name] = Object(flag.Origin, "enabled", AsBoolean(flag)!.Value);
            }
        }

        foreach (var (key, strict) in Booleans)
        {
            if (Find(root, key) is { } place && place.Node.Kind is not (JsonValueKind.True or JsonValueKind.False))
            {
                var known = AsBoolean(place.Node);
                place.Parent.Members[place.Name] = SettingsNode.Boolean(known ?? strict, place.Node.Origin);
                if (known is null)
                {
                    Warn(warnings, key, place.Node, "true or false", $"It counts as {(strict ? "true" : "false")}.");
                }
            }
        }

        foreach (var key in Numbers)
        {
            if (Find(root, key) is not { Node.Kind: not JsonValueKind.Number } place)
            {
                continue;
            }

            if (place.Node.Kind == JsonValueKind.String
                && double.TryParse(place.Node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
            {
                place.Parent.Members[place.Name] = SettingsNode.Scalar(
                    JsonValueKind.Number, number.ToString("R", CultureInfo.InvariantCulture), place.Node.Origin);
            }
            else
            {
                place.Parent.Members.Remove(place.Name);
                Warn(warnings, key, place.Node, "a number", "Its default counts.");
            }
        }

        foreach (var key in Texts)
        {
            if (Find(root, key) is { Node.Kind: not JsonValueKind.String } place)
            {
                place.Parent.Members.Remove(place.Name);
                Warn(warnings, key, place.Node, "a string", "It is ignored.");
            }
        }

        foreach (var key in Lists)
        {
            if (Find(root, key) is { } place && !(place.Node.Kind == JsonValueKind.String
                || (place.Node.IsArray && place.Node.Items.TrueForAll(static item => item.Kind == JsonValueKind.String))))
            {
                place.Parent.Members.Remove(place.Name);
                Warn(warnings, key, place.Node, "a list of strings", "It is ignored.");
            }
        }

        foreach (var (key, words) in Words)
        {
            ApplyWords(root, warnings, key, words);
        }
    }

    /// <summary>Returns what a value of another kind means as a boolean, or <c>null</c> if that cannot be said.</summary>
    /// <param name="node">The value.</param>
    public static bool? AsBoolean(SettingsNode node) => node.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when node.Text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        JsonValueKind.String when node.Text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        JsonValueKind.Object when (node.Member("enabled") ?? node.Member("commit")) is
            { Kind: JsonValueKind.True or JsonValueKind.False } enabled =>
            enabled.Kind == JsonValueKind.True,
        _ => null,
    };

    private static void ApplyWords(SettingsNode root, List<SettingsWarning> warnings, string key, string[] words)
    {
        if (Find(root, key) is not { } place)
        {
            return;
        }

        var isKnown = place.Node.Kind == JsonValueKind.String && (words.Length > 0
            ? Array.IndexOf(words, place.Node.Text) >= 0
            : QwenCode.Permissions.ApprovalModes.TryParseLenient(place.Node.Text, out _));
        if (isKnown)
        {
            return;
        }

        var known = words.Length > 0 ? words : [.. QwenCode.Permissions.ApprovalModes.Names];
        place.Parent.Members.Remove(place.Name);
        Warn(warnings, key, place.Node, $"one of {string.Join(", ", known)}",
            words.Length > 0 ? $"\"{words[0]}\" counts." : "\"default\" counts, which asks before anything is changed.");
    }

    private static void Warn(List<SettingsWarning> warnings, string key, SettingsNode node, string expected, string effect)
    {
        // The word of a setting is not secret where the setting is one of a few words.
        var found = node.Kind == JsonValueKind.String && expected.StartsWith("one of", StringComparison.Ordinal) && node.Text.Length <= 40
            ? $"\"{node.Text}\"" : SettingsKinds.Describe(node.Kind);
        warnings.Add(new(node.Origin.File, node.Origin.Line, $"'{key}' should be {expected}, but is {found}. {effect}"));
    }

    private static SettingsNode Object(SettingsOrigin origin, string name, bool value)
    {
        var node = SettingsNode.Object(origin);
        node.Members[name] = SettingsNode.Boolean(value, origin);
        return node;
    }

    private static (SettingsNode Parent, string Name, SettingsNode Node)? Find(SettingsNode root, string key)
    {
        var parent = root;
        var names = key.Split('.');
        foreach (var name in names[..^1])
        {
            if (parent.Member(name) is not { IsObject: true } next)
            {
                return null;
            }

            parent = next;
        }

        return parent.Member(names[^1]) is { Kind: not JsonValueKind.Null } node ? (parent, names[^1], node) : null;
    }
}
