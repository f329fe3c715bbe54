namespace QwenCode.Configuration.Layers;

/// <summary>The weakest layer: what holds where no file says anything. Keys without a default are absent.</summary>
internal static class SettingsDefaults
{
    public const string File = "<built-in>";

    private static ReadOnlySpan<byte> Json => """
        {
          "disableAllHooks": false,
          "fastModel": "",
          "experimental": { "cron": false },
          "general": {
            "vimMode": false, "enableAutoUpdate": true, "gitCoAuthor": true, "checkpointing": { "enabled": true },
            "debugKeystrokeLogging": false, "language": "auto", "outputLanguage": "auto", "terminalBell": true,
            "chatRecording": true, "defaultFileEncoding": "utf-8"
          },
          "output": { "format": "text" },
          "ui": {
            "theme": "Qwen Dark", "hideWindowTitle": false, "showStatusInTitle": false, "hideTips": false, "showLineNumbers": true,
            "showCitations": false, "enableWelcomeBack": true, "enableUserFeedback": true, "enableFollowupSuggestions": false,
            "enableCacheSharing": true, "enableSpeculation": false, "accessibility": { "enableLoadingPhrases": true },
            "feedbackLastShownTimestamp": 0, "compactMode": false
          },
          "ide": { "enabled": false, "hasSeenNudge": false },
          "privacy": { "usageStatisticsEnabled": true },
          "model": {
            "maxSessionTurns": -1, "chatCompression": { "contextPercentageThreshold": 0.7 }, "skipNextSpeakerCheck": true,
            "skipLoopDetection": true, "skipStartupContext": false, "enableOpenAILogging": false
          },
          "context": {
            "importFormat": "tree", "includeDirectories": [], "loadFromIncludeDirectories": false,
            "clearContextOnIdle": { "thinkingThresholdMinutes": 5, "toolResultsThresholdMinutes": 60, "toolResultsNumToKeep": 5 },
            "fileFiltering": {
              "respectGitIgnore": true, "respectQwenIgnore": true, "enableRecursiveFileSearch": true, "enableFuzzySearch": true
            }
          },
          "memory": { "enableManagedAutoMemory": true, "enableManagedAutoDream": false },
          "tools": {
            "shell": { "enableInteractiveShell": true, "pager": "cat", "showColor": false }, "autoAccept": false,
            "useRipgrep": true, "useBuiltinRipgrep": true, "truncateToolOutputThreshold": 25000, "truncateToolOutputLines": 1000
          },
          "security": { "folderTrust": { "enabled": false }, "allowedHttpHookUrls": [] },
          "advanced": { "autoConfigureMemory": false, "excludedEnvVars": ["DEBUG", "DEBUG_MODE"] },
          "agents": { "arena": { "preserveArtifacts": false } },
          "telemetry": {
            "enabled": false, "target": "local", "otlpEndpoint": "http://localhost:4317", "otlpProtocol": "grpc", "logPrompts": true,
            "useCollector": false
          }
        }
        """u8;

    public static SettingsNode Read() => SettingsReader.Parse(Json, SettingsScope.BuiltIn, File);
}
