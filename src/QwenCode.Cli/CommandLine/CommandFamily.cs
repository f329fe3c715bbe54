namespace QwenCode.Cli.CommandLine;

/// <summary>A word that names a family of commands.</summary>
/// <param name="Word">The word.</param>
/// <param name="Verbs">The commands of the family.</param>
/// <param name="Refusal">What to do instead, for a family of qwen-code that does not exist here; <c>null</c> if it does.</param>
internal sealed record CommandFamily(string Word, IReadOnlyList<string> Verbs, string? Refusal = null)
{
    /// <summary>Gets the families.</summary>
    public static IReadOnlyList<CommandFamily> All { get; } =
    [
        new("demo", []) { StandsAlone = true },
        new("config", ["list", "get", "set", "unset", "schema"]) { HasOwnOptions = true },
        new("context", ["detail"]) { StandsAlone = true },
        new("doctor", []) { StandsAlone = true },
        new("plugins", ["list", "inspect", "doctor"]),
        new("agents", ["list", "show", "validate"]),
        new("tasks", ["list", "show", "stop", "resume", "processes", "audit"]),
        new("undo", ["list"]) { StandsAlone = true, TakesNumber = true },
        new("hooks", ["list", "test"]) { StandsAlone = true },
        new("hook", ["list", "test"]) { StandsAlone = true },
        new("permissions", ["explain", "replay"]),
        new("mcp", ["list", "add", "remove", "test", "reconnect", "login", "logout", "approve", "reject", "serve"])
        {
            HasOwnOptions = true, PlainVerb = "serve",
        },
        new(
            "extensions", ["list", "install", "uninstall", "update", "disable", "enable", "link", "new", "settings"],
            "Use plugins instead: qwen plugins list."),
        new(
            "auth", ["status", "qwen-oauth", "coding-plan"],
            "Set OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL, or 'modelProviders' in settings.json."),
        new("sessions", ["list", "show", "search", "export", "delete"]),
        new("serve", ["start", "stop", "status"], "Drive a session with --input-format stream-json from a program of your own."),
        new("skills", ["list", "install", "remove"], "There are no skills; use agents (qwen agents list) and plugins (qwen plugins list)."),
        new(
            "channel", ["start", "stop", "status", "pairing", "configure-weixin"],
            "Drive a session with --input-format stream-json from a program of your own."),
    ];

    /// <summary>Gets whether the word is a command without a verb, too.</summary>
    public bool StandsAlone { get; init; }

    /// <summary>Gets whether a number can stand in the place of the verb.</summary>
    public bool TakesNumber { get; init; }

    /// <summary>Gets whether its commands read what follows them themselves.</summary>
    public bool HasOwnOptions { get; init; }

    /// <summary>Gets the command that takes the options of the program all the same.</summary>
    public string? PlainVerb { get; init; }

    /// <summary>Finds a command that reads what follows it itself.</summary>
    /// <param name="args">The command line.</param>
    public static CommandFamily? WithOwnOptions(ReadOnlySpan<string> args) =>
        args.Length > 1 && Find(args[0]) is { HasOwnOptions: true } family
            && args[1] != family.PlainVerb && family.Verbs.Contains(args[1]) ? family : null;

    /// <summary>Finds the family that words name, and refuses those that name none of its commands.</summary>
    /// <param name="words">The words that may name a command.</param>
    /// <returns>The family; <c>null</c> if the words are a prompt.</returns>
    /// <exception cref="RefusedException">The words are a command that does not exist.</exception>
    /// <remarks>
    /// The shape decides: the word alone, with a verb of the family, or with one other word. Three words and more that begin
    /// with the word by chance are prose.
    /// </remarks>
    public static CommandFamily? Of(ReadOnlySpan<string> words)
    {
        if (words.Length == 0 || Find(words[0]) is not { } family)
        {
            return null;
        }

        var isKnown = words.Length == 1 ? family.StandsAlone : family.Verbs.Contains(words[1])
            || (family.TakesNumber && words.Length == 2 && IsNumber(words[1]));
        if (isKnown && family.Refusal is null)
        {
            return family;
        }

        if (!isKnown && (words.Length > 2 || family.Verbs.Count == 0))
        {
            return null;
        }

        var command = string.Join(' ', words[..Math.Min(words.Length, 2)]!);
        var advice = family.Refusal ?? $"Use one of: {string.Join(", ", family.Verbs.Select(verb => $"qwen {family.Word} {verb}"))}.";
        throw new RefusedException($"There is no command 'qwen {command}'. {advice} To send these words as a prompt: qwen -p '{command}'.");
    }

    /// <summary>Refuses a command of qwen-code that does not exist here, whatever options follow it.</summary>
    /// <exception cref="RefusedException">It does not exist.</exception>
    public static void RefuseMissing(ReadOnlySpan<string> args)
    {
        if (args.Length > 1 && Find(args[0]) is { Refusal: not null } family && family.Verbs.Contains(args[1]))
        {
            Of(args);
        }
    }

    private static bool IsNumber(string word) => word.Length > 0 && word.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    private static CommandFamily? Find(string word)
    {
        foreach (var family in All)
        {
            if (family.Word == word)
            {
                return family;
            }
        }

        return null;
    }
}
