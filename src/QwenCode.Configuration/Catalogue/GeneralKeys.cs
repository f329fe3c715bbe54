using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings under <c>general</c>, <c>output</c> and <c>dualOutput</c>.</summary>
internal static class GeneralKeys
{
    private const string NoEditor = "The conversation in the terminal reads whole lines and has no editor of its own.";
    private const string NoVoice = "There is no dictation.";

    public static readonly SettingKey[] General =
    [
        Unread("general.preferredEditor", Text, null, NoEditor + " To work from an editor, start qwen --acp from it."),
        Unread("general.vimMode", Flag, "false", NoEditor) with { Always = "false" },
        Unread("general.voice.enabled", Flag, "false", NoVoice) with { Always = "false" },
        Unread("general.voice.mode", Text, "\"hold\"", NoVoice),
        Unread("general.voice.language", Text, "\"\"", NoVoice),
        Unread("general.voice.keytermsFile", Text, "\"\"", NoVoice),
        Unread("general.voice.refineTranscript", Flag, "true", NoVoice),
        Unread("general.enableAutoUpdate", Flag, "true", "The program never updates itself.") with { Always = "false" },
        Unread("general.showSessionRecap", Flag, "false", "No recap is shown.") with { Always = "false" },
        Unread("general.sessionRecapAwayThresholdMinutes", Number, "5", "No recap is shown."),
        Unread("general.cleanupPeriodDays", Number, "30", "Transcripts are kept until you delete them."),
        Read("general.gitCoAuthor", Flag | Map, "true", "Commits made through the shell name the program as co-author."),
        Read("general.gitCoAuthor.commit", Flag, "true", "The same, as newer versions write it."),
        Unread("general.gitCoAuthor.pr", Flag, "true", "Pull requests get no line about the program.") with { Always = "false" },
        Read("general.checkpointing.enabled", Flag, "true", "What calls change in files is kept, so that qwen undo brings it back."),
        Read("general.checkpointing.maxMegabytes", Whole, "1024", "How much of it is kept.") with { Least = 1, Most = 1_000_000 },
        Read("general.checkpointing.maxFileMegabytes", Whole, "16", "The largest file that is kept.") with { Least = 1, Most = 1_000_000 },
        Read("general.checkpointing.maxAgeDays", Whole, "30", "For how many days it is kept.") with { Least = 1, Most = 1_000_000 },
        Read("general.checkpointing.maxPrompts", Whole, "200", "For how many prompts it is kept.") with { Least = 1, Most = 1_000_000 },
        Unread("general.debugKeystrokeLogging", Flag, "false", NoEditor) with { Always = "false" },
        Unread("general.language", Text, "\"auto\"", "The program's own messages are in English. For answers: general.outputLanguage.")
            with { Always = "\"en\"" },
        Unread("general.outputLanguage", Text, "\"auto\"",
            "Write the language into .qwen/output-language.md, or into the file of that name in ~/.qwen.")
            with { Always = "\"auto\"" },
        Unread("general.outputStyle", Text, null, "There are no output styles; use --append-system-prompt or a context file."),
        Unread("general.dynamicCommandTranslation", Flag, "false", "Commands are not translated.") with { Always = "false" },
        Unread("general.terminalBell", Flag, "true", "The terminal does not ring.") with { Always = "false" },
        Unread("general.notificationMode", Text, "\"all\"", "The terminal does not ring."),
        Unread("general.preventSystemSleep", Flag, "true", "The machine may sleep.") with { Always = "false" },
        Read("general.chatRecording", Flag, "true", "Sessions are kept on disk, so that they can be continued."),
        Read("general.defaultFileEncoding", Text, "\"utf-8\"", "The encoding of new files.") with { Words = ["utf-8", "utf-8-bom"] },
    ];

    public static readonly SettingKey[] Output =
    [
        Read("output.format", Text, "\"text\"", "The format of a run's output, unless --output-format says otherwise.")
            with { Words = ["text", "json", "stream-json"] },
        Unread("output.showTimestamps", Flag, "false", "Answers have no time of day; --output-format stream-json is timed by its reader.")
            with { Always = "false" },
    ];

    public static readonly SettingKey[] DualOutput =
    [
        Read("dualOutput.jsonFile", Text, null, "Where a conversation in the terminal also writes its events, as --json-file does."),
        Read("dualOutput.inputFile", Text, null, "A file whose lines are input of a conversation in the terminal, as --input-file does."),
    ];
}
