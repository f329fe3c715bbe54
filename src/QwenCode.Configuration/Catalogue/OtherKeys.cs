using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings that stand by themselves, and the groups of features that do not exist here.</summary>
internal static class OtherKeys
{
    private const string NoChannels = "There are no channels; drive a session with --input-format stream-json from a program of your own.";
    private const string NoVision = "Images go to the model itself.";
    private const string NoDaemon = "There is no daemon; see qwen mcp serve and qwen --acp.";
    private const string NoArtifact = "There are no artifacts.";

    public static readonly SettingKey[] Alone =
    [
        Read("$version", Whole, "3", "The version of the file's form."),
        Read("$schema", Text, null, "The schema, for editors."),
        Read("env", Map, "{}", "Variables that are set where neither the environment nor a .env file says anything."),
        Read("env.*", Text | Number | Flag, null, "A variable."),
        Read("proxy", Text, null, "The proxy for model servers. --proxy counts more; the variables HTTPS_PROXY and HTTP_PROXY count less."),
        Read("fastModel", Text, "\"\"", "The model that agents with the model fast have; empty is the main one."),
        Read("modelFallbacks", Text | List, null,
            "Models that take over when one is overloaded, at most three. --fallback-model counts more."),
        Read("disableAllHooks", Flag, "false", "No hook runs."),
        Unread("stopHookBlockingCap", Whole, null, "A Stop hook may send an answer back 100 times in a run."),
        Unread("visionModel", Text, null, NoVision),
        Unread("visionBridgeTimeoutMs", Number, null, NoVision),
        Read("compactionModel", Text, null, "The model that sums up what is compressed; the conversation's own if there is none."),
        Unread("imageModel", Text, null, "No tool makes images."),
        Unread("voiceModel", Text, null, "There is no dictation."),
        Unread("advisorModel", Text, null, "There is no advisor; write an agent."),
        Unread("modelPricing", Map, null, "Runs are counted in tokens."),
        Unread("modelPricing.*", Map, null, "Runs are counted in tokens."),
        Unread("providerProtocol", Map, null, "Put the models under the protocol they speak in modelProviders."),
        Unread("providerProtocol.*", Text, null, "Put the models under the protocol they speak in modelProviders."),
        Unread("plansDirectory", Text, null, "Plans are not kept in files."),
        Unread("codingPlan.version", Text, null, "Bookkeeping of another program; its models in modelProviders count.")
            with { Always = "*" },
        Unread("codingPlan.region", Text, null, "Bookkeeping of another program; its models in modelProviders count.")
            with { Always = "*" },
        Unread("outboundCorrelation", Map, null, "Requests carry no marks of a trace."),
        Unread("outboundCorrelation.*", Flag, null, "Requests carry no marks of a trace.") with { Always = "false" },
        Unread("arena", Map, null, "There is no arena."),
        Unread("arena.*", SettingFit.Anything, null, "There is no arena."),
        Unread("extensions", Map | Items, null, "There are no extensions; use plugins (qwen plugins list)."),
        Unread("extensions.*", SettingFit.Anything, null, "There are no extensions; use plugins (qwen plugins list)."),
        Unread("channels", Map, "{}", NoChannels),
        Unread("channels.*", Map, null, NoChannels),
        Unread("channels.*.token", Text, null, NoChannels) with { IsSecret = true },
        Unread("channels.*.clientSecret", Text, null, NoChannels) with { IsSecret = true },
        Unread("channels.*.*", SettingFit.Anything, null, NoChannels),
        Unread("serve", Map, null, NoDaemon),
        Unread("serve.*", SettingFit.Anything, null, NoDaemon),
        Unread("policy", Map, null, NoDaemon),
        Unread("policy.*", SettingFit.Anything, null, NoDaemon),
        Unread("artifact", Map, null, NoArtifact),
        Unread("artifact.*", SettingFit.Anything, null, NoArtifact),
        Unread("worktree.symlinkDirectories", List, null, "No worktrees are made."),
    ];
}
