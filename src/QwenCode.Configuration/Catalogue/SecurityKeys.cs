using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings under <c>security</c>, <c>advanced</c> and <c>telemetry</c>.</summary>
internal static class SecurityKeys
{
    private const string Traces = "Nothing is exported by the program; a host of the framework listens to its traces and metrics.";

    public static readonly SettingKey[] Security =
    [
        Read("security.folderTrust", Flag | Map, null, "Whether folders must be trusted before their settings count."),
        Read("security.folderTrust.enabled", Flag, "false", "Settings and .env files of folders count only where the folder is trusted.")
            with { IsPersonal = true },
        Unread("security.folderTrust.featureEnabled", Flag, null, "Use security.folderTrust.enabled."),
        Read("security.auth.selectedType", Text, null, "The protocol: openai, anthropic, gemini or vertex-ai. --auth-type counts more."),
        Read("security.auth.enforcedType", Text, null, "The only protocol that may be used; a run with another one is refused."),
        Read("security.auth.useExternal", Flag, null, "Keys come from elsewhere, so it is no error that there is none."),
        Read("security.auth.apiKey", Text, null, "The key, for models that modelProviders does not hold. Better a variable.")
            with { IsSecret = true, Variable = "OPENAI_API_KEY" },
        Read("security.auth.baseUrl", Text, null, "The address, for models that modelProviders does not hold.")
            with { Variable = "OPENAI_BASE_URL" },
        Read("security.allowedHttpHookUrls", List, "[]",
            "Addresses that HTTP hooks may call, with *; an empty list allows any public one."),
        Unread("security.allowPrivateNetworkHooks", Flag, "false", "HTTP hooks never call private addresses; loopback is allowed.")
            with { Always = "false" },
        Unread("security.allowedInsecureVoiceBaseUrls", List, "[]", "There is no dictation."),
    ];

    public static readonly SettingKey[] Advanced =
    [
        Unread("advanced.autoConfigureMemory", Flag, "false", "The runtime sizes its memory itself."),
        Unread("advanced.dnsResolutionOrder", Text, null, "Both families of addresses are tried.") with { Always = "\"verbatim\"" },
        Read("advanced.excludedEnvVars", List, "[\"DEBUG\",\"DEBUG_MODE\"]", "Variables that are not taken from a project's own .env."),
        Unread("advanced.bugCommand", Map, null, "There is no command that files reports."),
        Unread("advanced.bugCommand.urlTemplate", Text, null, "There is no command that files reports."),
        Read("advanced.runtimeOutputDir", Text, "\"~/.qwen\"", "Where transcripts, logs and temporary files go.")
            with { Variable = "QWEN_RUNTIME_DIR" },
        Read("advanced.tavilyApiKey", Text, null, "The key of Tavily for web_search. Outdated: use webSearch or TAVILY_API_KEY.")
            with { IsSecret = true, Variable = "TAVILY_API_KEY" },
    ];

    public static readonly SettingKey[] Telemetry =
    [
        Unread("telemetry.enabled", Flag, "false", Traces) with { Always = "false" },
        Unread("telemetry.target", Text, "\"local\"", Traces),
        Unread("telemetry.otlpEndpoint", Text, "\"http://localhost:4317\"", Traces),
        Unread("telemetry.otlpProtocol", Text, "\"grpc\"", Traces),
        Unread("telemetry.logPrompts", Flag, "true", Traces) with { Always = "false" },
        Unread("telemetry.outfile", Text, null, Traces),
        Unread("telemetry.useCollector", Flag, "false", Traces) with { Always = "false" },
        Unread("telemetry.*", SettingFit.Anything, null, Traces),
    ];
}
