using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings under <c>model</c> and <c>modelProviders</c>.</summary>
internal static class ModelKeys
{
    public static readonly SettingKey[] Model =
    [
        Read("model.name", Text, null, "The model, unless --model or the protocol's variable names another.")
            with { Variable = "OPENAI_MODEL" },
        Unread("model.baseUrl", Text, null, "Use baseUrl in the entry of modelProviders, or security.auth.baseUrl."),
        Unread("model.reasoningEffort", Text, null, "Use generationConfig.reasoning.effort, of the model or of its entry."),
        Read("model.maxSessionTurns", Whole, "-1", "How many requests a session may make; -1 is no limit."),
        Unread("model.maxWallTimeSeconds", Number, "-1", "Use --max-wall-time.") with { Always = "-1" },
        Read("model.maxToolCalls", Whole, "-1",
            "How many calls of tools a run may make; -1 is no limit, 0 allows none. --max-tool-calls counts more."),
        Read("model.maxSubagentDepth", Whole, null, "How deep agents may launch agents. --max-subagent-depth counts more.")
            with { Least = 1, Most = 100 },
        Unread("model.maxToolCallsPerTurn", Whole, null, "Use model.maxToolCalls, which counts the calls of a run."),
        Read("model.chatCompression.contextPercentageThreshold", Number, "0.7",
            "At which part of the window the conversation is compressed; 0 is never.") with { Least = 0, Most = 1 },
        Unread("model.sessionTokenLimit", Number, null, "Use model.maxSessionTurns or model.maxToolCalls.") with { Always = "-1" },
        Unread("model.skipNextSpeakerCheck", Flag, "true", "The model is never asked who speaks next.") with { Always = "true" },
        Unread("model.skipWorkflowUsageWarning", Flag, "false", "There are no workflows.") with { Always = "true" },
        Read("model.skipLoopDetection", Flag, "true", "false ends a turn in which the model goes round in circles."),
        Read("model.skipStartupContext", Flag, "false", "Leaves out the first message, which describes date, system and folder."),
        Read("model.enableOpenAILogging", Flag, "false", "Writes each request and its answer to a file."),
        Read("model.openAILoggingDir", Text, "\"logs/openai\"", "Where these files go; relative to the working directory, ~/ is the home."),
        Unread("model.goalTokenBudget", Number, null, "There are no goals."),
        Unread("model.goalMaxTurns", Number, null, "There are no goals."),
        Unread("model.goalMaxActiveMinutes", Number, null, "There are no goals."),
        Read("model.generationConfig", Map, null, "How requests are made to a model that modelProviders does not hold."),
        .. Generation("model.generationConfig"),
    ];

    public static readonly SettingKey[] Providers =
    [
        Read("modelProviders", Map, "{}", "Models by protocol: openai, anthropic, gemini, vertex-ai. An entry is complete in itself."),
        Read("modelProviders.*", Items, null, "The models of one protocol."),
        Read("modelProviders.*[].id", Text, null, "The model's name at its provider."),
        Read("modelProviders.*[].name", Text, null, "The name shown to people; the id where there is none."),
        Read("modelProviders.*[].description", Text, null, "A sentence about the model, for those who choose one."),
        Read("modelProviders.*[].envKey", Text, null,
            "The environment variable that holds the key. An entry with a baseUrl of its own and no envKey needs no key."),
        Read("modelProviders.*[].baseUrl", Text, null, "The address; the vendor's own where there is none."),
        Unread("modelProviders.*[].capabilities", Map, null, "Use generationConfig.modalities."),
        Unread("modelProviders.*[].capabilities.*", Flag | Text | Number, null, "Use generationConfig.modalities."),
        Unread("modelProviders.*[].imageOnly", Flag, null, "No tool makes images."),
        Read("modelProviders.*[].generationConfig", Map, null, "How requests are made to it."),
        .. Generation("modelProviders.*[].generationConfig"),
    ];

    private static SettingKey[] Generation(string parent) =>
    [
        Read(parent + ".timeout", Whole, null,
            "Milliseconds until an answer begins, and of silence within it; 0 is no limit, 10 minutes where nothing is said.")
            with { Least = 0 },
        Read(parent + ".maxRetries", Whole, null, "How often a request is tried again.") with { Least = 0 },
        Read(parent + ".retryErrorCodes", Items, "[]", "Further codes that mean too many requests."),
        Unread(parent + ".retryInitialDelayMs", Number, null, "The provider's own time counts, else a wait that doubles."),
        Unread(parent + ".retryMaxDelayMs", Number, null, "The provider's own time counts, else a wait that doubles."),
        Read(parent + ".samplingParams", Map, null, "Sampling, under the names that go on the wire."),
        Read(parent + ".samplingParams.*", Number | Text | Flag | Items | Map, null, "temperature, top_p, top_k, max_tokens and the like."),
        Read(parent + ".reasoning", Flag | Map, null, "false switches thinking off; or effort and budget_tokens."),
        Read(parent + ".reasoning.effort", Text, null, "How hard the model thinks."),
        Read(parent + ".reasoning.budget_tokens", Whole, null, "How many tokens it may think."),
        Read(parent + ".enableCacheControl", Flag, "true", "Marks what the provider may keep in its cache."),
        Unread(parent + ".forceGlobalCacheScope", Flag, "false", "Marks have the provider's usual scope.") with { Always = "false" },
        Unread(parent + ".cacheRetention", Text, null, "Marks have the provider's usual time.") with { Always = "\"ephemeral\"" },
        Unread(parent + ".cacheRetentionByBlock", Map, null, "Marks have the provider's usual time."),
        Unread(parent + ".cacheRetentionByBlock.*", Text, null, "Marks have the provider's usual time.") with { Always = "\"ephemeral\"" },
        Read(parent + ".schemaCompliance", Text, "\"auto\"", "openapi_30 sends schemas of tools in the form of OpenAPI 3.0.")
            with { Words = ["auto", "openapi_30"] },
        Read(parent + ".splitToolMedia", Flag, "true", "Media of a tool's result go into a message of their own."),
        Unread(parent + ".toolResultContentFormat", Text, "\"parts\"", "A server that wants strings is recognised by its refusal."),
        Read(parent + ".contextWindowSize", Whole, null, "How many tokens a request may hold; known for usual models.") with { Least = 0 },
        Read(parent + ".modalities", Map, null, "Which media the model takes."),
        Read(parent + ".modalities.image", Flag, null, "Images."),
        Read(parent + ".modalities.pdf", Flag, null, "PDF documents."),
        Read(parent + ".modalities.audio", Flag, null, "Sound."),
        Read(parent + ".modalities.video", Flag, null, "Video."),
        Read(parent + ".customHeaders", Map, null, "Headers sent with every request."),
        Read(parent + ".customHeaders.*", Text | Number, null, "A header.") with { IsSecret = true },
        Read(parent + ".extra_body", Map, null, "Members laid over the body of every request to an OpenAI-compatible server."),
        Read(parent + ".extra_body.*", SettingFit.Anything, null, "A member.") with { IsSecret = true },
    ];
}
