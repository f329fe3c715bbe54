using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings under <c>ui</c>, <c>ide</c> and <c>privacy</c>.</summary>
internal static class UiKeys
{
    private const string Lines = "The conversation in the terminal is plain lines, without a drawn screen.";

    public static readonly SettingKey[] Ui =
    [
        Unread("ui.theme", Text, "\"Qwen Dark\"", Lines + " NO_COLOR=1 switches its colours off."),
        Unread("ui.customThemes", Map, "{}", Lines),
        Unread("ui.customThemes.*", Map, null, Lines),
        Unread("ui.statusLine", Map, null, Lines),
        Unread("ui.statusLine.*", Text | Flag | Number | List, null, Lines),
        Unread("ui.autoModeAcknowledged", Flag, "false", "Bookkeeping of another program; nothing to set.") with { Always = "true" },
        Unread("ui.hideBuiltinWorktreeIndicator", Flag, "false", Lines) with { Always = "true" },
        Unread("ui.hideWindowTitle", Flag, "false", "The title of the window is left alone.") with { Always = "true" },
        Unread("ui.showStatusInTitle", Flag, "false", "The title of the window is left alone.") with { Always = "false" },
        Unread("ui.hideTips", Flag, "false", "There are no tips.") with { Always = "true" },
        Unread("ui.hideBanner", Flag, "false", "There is no banner.") with { Always = "true" },
        Unread("ui.customBannerTitle", Text, "\"\"", "There is no banner."),
        Unread("ui.customBannerSubtitle", Text, "\"\"", "There is no banner."),
        Unread("ui.customAsciiArt", Text | Map, null, "There is no banner."),
        Unread("ui.customAsciiArt.*", Text | Map, null, "There is no banner."),
        Unread("ui.hideFooter", Flag, null, "There is no footer.") with { Always = "true" },
        Unread("ui.showMemoryUsage", Flag, null, Lines) with { Always = "false" },
        Unread("ui.disableWorkflowKeywordTrigger", Flag, "false", "There are no workflows.") with { Always = "true" },
        Unread("ui.history.collapseOnResume", Flag, "false", "A resumed conversation does not repeat its history.")
            with { Always = "true" },
        Unread("ui.history.collapsePreviewCount", Number, "0", "A resumed conversation does not repeat its history."),
        Unread("ui.showLineNumbers", Flag, "true", "Code in answers is shown as it comes.") with { Always = "false" },
        Unread("ui.renderMode", Text, "\"render\"", "Markdown is shown as it comes.") with { Always = "\"raw\"" },
        Unread("ui.showCitations", Flag, "false", "There are no citations.") with { Always = "false" },
        Unread("ui.customWittyPhrases", List, "[]", "Nothing is shown while an answer is awaited."),
        Unread("ui.showResponseTokensPerSecond", Flag, "false", "Use --output-format stream-json, whose result has the usage.")
            with { Always = "false" },
        Unread("ui.enableWelcomeBack", Flag, "true", "Use --continue or --resume.") with { Always = "false" },
        Unread("ui.enableUserFeedback", Flag, "true", "Nobody is asked for feedback.") with { Always = "false" },
        Unread("ui.enableFollowupSuggestions", Flag, "false", "There are no suggestions.") with { Always = "false" },
        Unread("ui.enableCacheSharing", Flag, "true", "There are no suggestions whose cache could be shared."),
        Unread("ui.enableSpeculation", Flag, "false", "There are no suggestions.") with { Always = "false" },
        Unread("ui.accessibility.enableLoadingPhrases", Flag, "true", "Nothing is shown while an answer is awaited.")
            with { Always = "false" },
        Unread("ui.accessibility.screenReader", Flag, null, "Output is always plain text that scrolls; NO_COLOR=1 drops its colours.")
            with { Always = "true" },
        Unread("ui.feedbackLastShownTimestamp", Number, "0", "Bookkeeping of another program; nothing to set.") with { Always = "*" },
        Unread("ui.compactMode", Flag, "false", Lines) with { Always = "false" },
        Unread("ui.useTerminalBuffer", Flag, "true", Lines) with { Always = "false" },
        Unread("ui.showScrollbar", Flag, "true", Lines) with { Always = "false" },
        Unread("ui.mouseTracking", Flag, "true", "The mouse is left to the terminal.") with { Always = "false" },
        Unread("ui.shellOutputMaxLines", Number, "5", "A call shows one line of its output."),
    ];

    public static readonly SettingKey[] Ide =
    [
        Unread("ide.enabled", Flag, "false", "There is no editor companion; start qwen --acp from the editor.") with { Always = "false" },
        Unread("ide.hasSeenNudge", Flag, "false", "Bookkeeping of another program; nothing to set.") with { Always = "*" },
    ];

    public static readonly SettingKey[] Privacy =
    [
        Unread("privacy.usageStatisticsEnabled", Flag, "true", "No usage statistics are ever collected.") with { Always = "false" },
    ];
}
