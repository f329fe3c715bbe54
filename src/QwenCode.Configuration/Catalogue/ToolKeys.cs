using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings under <c>permissions</c> and <c>tools</c>, and those of the web search.</summary>
internal static class ToolKeys
{
    private const string NoAuto = "There is no mode in which a model judges calls; use permissions.allow and permissions.deny.";
    private const string NoComputer = "There are no tools that drive a desktop.";
    private const string NoSearch = "All tools are declared in the first request.";

    public static readonly SettingKey[] Permissions =
    [
        Read("permissions.allow", List, null, "Calls that run without being asked about, such as Bash(git *)."),
        Read("permissions.ask", List, null, "Calls that are asked about in any case."),
        Read("permissions.deny", List, null, "Calls that never run. Nothing lifts a denial."),
        Unread("permissions.defaultMode", Text, null, "Use tools.approvalMode."),
        Unread("permissions.confirmShellCommands", Flag, null, "Use tools.approvalMode and permissions.ask."),
        Unread("permissions.confirmFileEdits", Flag, null, "Use tools.approvalMode and permissions.ask."),
        Unread("permissions.autoMode.classifier", Map, null, NoAuto),
        Unread("permissions.autoMode.classifier.*", SettingFit.Anything, null, NoAuto),
        Unread("permissions.autoMode.hints", Map, null, NoAuto),
        Unread("permissions.autoMode.hints.*", List, null, NoAuto),
        Unread("permissions.autoMode.environment", List, null, NoAuto),
        Unread("permissions.autoMode.classifyAllShell", Flag, "false", NoAuto),
        Unread("permissions.autoMode.mcp", Map, null, NoAuto),
        Unread("permissions.autoMode.mcp.*", SettingFit.Anything, null, NoAuto),
    ];

    public static readonly SettingKey[] Tools =
    [
        Read("tools.sandbox", Flag | Text, null, "Commands run in a sandbox: true, or bwrap (bubblewrap, Linux). -s counts more.")
            with { Variable = "QWEN_SANDBOX" },
        Unread("tools.sandboxImage", Text, null,
            "The sandbox is no container and has no image. Start the whole program in a container instead."),
        Read("tools.sandboxNetwork", Flag, "true", "false cuts commands in the sandbox off the network."),
        Unread("tools.executionSandbox", Map, null, "Use tools.sandbox and tools.sandboxNetwork."),
        Unread("tools.executionSandbox.*", Text, null, "Use tools.sandbox and tools.sandboxNetwork."),
        Read("tools.keepKeys", List, null,
            "Variables with keys of model providers that programs started by a session may see all the same."),
        Unread("tools.shell.enableInteractiveShell", Flag, "true", "Commands have no terminal; what asks for one fails at once.")
            with { Always = "false" },
        Read("tools.shell.pager", Text, "\"cat\"", "The pager that commands find in PAGER and GIT_PAGER."),
        Unread("tools.shell.showColor", Flag, "false", "Colours are taken out of what commands print.") with { Always = "false" },
        Read("tools.shell.defaultTimeoutMs", Whole, "120000",
            "Milliseconds after which a command that names no time of its own is stopped; 0 is the longest there is, 10 minutes.")
            with { Least = 0, Most = 600000 },
        Unread("tools.shell.heartbeatIntervalMs", Number, null, "A command that prints nothing sends no signs of life.")
            with { Always = "0" },
        Read("tools.core", List, null, "The only tools there are. Outdated: use permissions."),
        Read("tools.allowed", List, null, "Calls that run without being asked about. Outdated: use permissions.allow."),
        Read("tools.exclude", List, null, "Calls that never run. Outdated: use permissions.deny."),
        Unread("tools.listDirectory.enabled", Flag, null, "All tools are declared; use permissions.deny.") with { Always = "true" },
        Unread("tools.todoWrite.enabled", Flag, null, "All tools are declared; use permissions.deny.") with { Always = "true" },
        Unread("tools.disabled", List, null, "Use permissions.deny."),
        Unread("tools.visible", List, null, NoSearch) with { Always = "*" },
        Unread("tools.eager", List, null, NoSearch) with { Always = "*" },
        Unread("tools.toolSearch.enabled", Flag, "true", NoSearch) with { Always = "false" },
        Unread("tools.toolSearch.threshold", Number, null, NoSearch),
        Unread("tools.webSearch", Map, null, "Use webSearch, with the key of Tavily or Google."),
        Unread("tools.webSearch.*", Flag | Text, null, "Use webSearch, with the key of Tavily or Google."),
        Read("tools.approvalMode", Text, "\"default\"", "What runs without being asked about, unless --approval-mode says otherwise.")
            with { Words = ["plan", "default", "auto-edit", "yolo"] },
        Unread("tools.autoAccept", Flag, "false", "Use tools.approvalMode.") with { Always = "false" },
        Read("tools.discoveryCommand", Text, null, "A command that prints declarations of further tools as JSON."),
        Read("tools.callCommand", Text, null, "The command that runs these: it gets the tool's name, and the arguments on standard input."),
        Unread("tools.useRipgrep", Flag, "true", "The search is the program's own.") with { Always = "false" },
        Unread("tools.useBuiltinRipgrep", Flag, "true", "The search is the program's own.") with { Always = "true" },
        Read("tools.grep.timeoutSeconds", Whole, "20", "How long a search may take, in seconds.") with { Least = 1 },
        Read("tools.truncateToolOutputThreshold", Whole, "25000", "How many characters of a result the model gets."),
        Read("tools.truncateToolOutputLines", Whole, "1000", "How many lines of a result the model gets."),
        Unread("tools.toolOutputBatchBudget", Number, null, "Each result has bounds of its own.") with { Always = "-1" },
        Unread("tools.computerUse.enabled", Flag, "true", NoComputer) with { Always = "false" },
        Unread("tools.computerUse.idleTimeoutMs", Number, null, NoComputer),
        Unread("tools.computerUse.maxImageDimension", Number, null, NoComputer),
        Unread("tools.workflowsEnabled", Flag, null, "There are no workflows.") with { Always = "false" },
        Unread("tools.workflowNameOnly", Flag, null, "There are no workflows."),
        Unread("tools.workflowSizeGuideline", Text, null, "There are no workflows."),
    ];

    public static readonly SettingKey[] WebSearch =
    [
        Read("webSearch", Map, null, "Where the tool web_search searches."),
        Read("webSearch.provider", Items, null, "Providers, the preferred one first."),
        Read("webSearch.provider[].type", Text, null, "The provider.") with { Words = ["tavily", "google"] },
        Read("webSearch.provider[].apiKey", Text, null, "The key. Name a variable: \"$TAVILY_API_KEY\".") with { IsSecret = true },
        Read("webSearch.provider[].searchEngineId", Text, null, "The search engine of Google."),
        Read("webSearch.provider[].*", SettingFit.Anything, null, "An option of the provider, sent as it is."),
        Read("webSearch.default", Text, null, "The provider that is used where a call names none."),
    ];
}
