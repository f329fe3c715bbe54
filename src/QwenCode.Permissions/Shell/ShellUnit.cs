namespace QwenCode.Permissions.Shell;

/// <summary>One command as it is judged, with the commands that it starts.</summary>
internal sealed class ShellUnit
{
    /// <summary>Gets the words; none for a bare assignment or redirection.</summary>
    public required IReadOnlyList<ShellWord> Words { get; init; }

    /// <summary>
    /// Gets other spellings of the command, for restricting rules: by program name alone, without options before the sub-command, with
    /// known variables substituted.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<ShellWord>> Variants { get; init; } = [];

    /// <summary>Gets the commands that this one starts: after <c>sudo</c>, in <c>bash -c</c>, after <c>-exec</c>.</summary>
    public IReadOnlyList<ShellUnit> Children { get; init; } = [];

    /// <summary>Gets whether the command only starts its children, so that it may run if they may.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Gets whether the command reads only if its children do.</summary>
    public bool IsReadOnlyWithChildren { get; init; }

    /// <summary>Gets spellings of the command that depend on options that are not known. They can only lead to a question.</summary>
    public IReadOnlyList<IReadOnlyList<ShellWord>> PossibleVariants { get; init; } = [];

    /// <summary>Gets what the command does to files and the network, as far as is known.</summary>
    public IReadOnlyList<ShellOperation> Operations { get; init; } = [];

    /// <summary>
    /// Gets the names in the arguments and the input, if the program may run what they say. A rule whose words are among them, in
    /// order, leads to a question.
    /// </summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    /// <summary>
    /// Gets whether code in another language is more than one expects of the program, so that a rule about the program does not cover
    /// it.
    /// </summary>
    public bool HidesForeign { get; init; }

    /// <summary>Gets the programs that the command copies or links, so that they run under another name.</summary>
    public IReadOnlyList<string> Renames { get; init; } = [];

    /// <summary>Gets whether the sub-command is one of which it is not known what it does, such as an alias.</summary>
    public bool IsUnknownSubCommand { get; init; }

    /// <summary>Gets whether a word contains a substitution.</summary>
    public bool HasSubstitution { get; init; }

    /// <summary>Gets whether a variable is set that changes what programs do, such as <c>PATH</c>.</summary>
    public bool HasDangerousEnvironment { get; init; }

    /// <summary>Gets whether the command by itself is known to change nothing.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// Gets whether the command may only be an argument of another one. It can then lead to a question, but not to a denial.
    /// </summary>
    public bool IsGuess { get; init; }

    /// <summary>Gets whether this is code in another language, which is not parsed.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Gets the text for display and rules: words joined by spaces.</summary>
    public string Text => string.Join(' ', Words.Select(static word => word.Text));

    /// <summary>Gets the text for display only, with a placeholder for each unknown part.</summary>
    public string Shown => Words.Count == 0 ? "(assignment or redirection)"
        : IsForeign ? "(code in another language)"
        : Words is [{ Chars: [{ IsDynamic: true }], Substitutions: [], Variables: [] }] ? "(code that cannot be seen)"
        : string.Join(' ', Words.Select(static word => word.Shown));

    /// <summary>Gets whether it is unknown what runs.</summary>
    public bool IsOpaque => Words.Count > 0 && Words[0].IsDynamic;

    /// <summary>Returns a unit for hidden code.</summary>
    public static ShellUnit Hidden() => new() { Words = [ShellWord.Unknown] };

    /// <summary>Returns a unit for code in another language.</summary>
    public static ShellUnit Foreign() => new() { Words = [ShellWord.Unknown], IsForeign = true };

    /// <summary>Returns a unit for a command that may only be an argument.</summary>
    public static ShellUnit Guess(ShellUnit unit) => new() { Words = [], Children = [unit], IsGuess = true };
}

/// <summary>A file or address that a command uses, as if a tool were called for it.</summary>
/// <param name="Tool">The tool whose rules apply: <c>read_file</c>, <c>list_directory</c>, <c>edit</c>, <c>write_file</c> or
/// <c>web_fetch</c>.</param>
/// <param name="Paths">The absolute paths it may be; empty if they are unknown, or for the network.</param>
internal sealed record ShellOperation(string Tool, IReadOnlyList<string> Paths)
{
    /// <summary>Gets whether it may also be another path or host, which cannot be known.</summary>
    public bool MayBeElsewhere { get; init; }

    /// <summary>Gets whether everything below the path is used, too.</summary>
    public bool IsRecursive { get; init; }

    /// <summary>Gets whether the paths contain wildcards.</summary>
    public bool IsPattern { get; init; }

    /// <summary>
    /// Gets whether the program may not use it at all. Then only a rule for this very path or host applies, and it leads to a question.
    /// </summary>
    public bool IsGuess { get; init; }

    /// <summary>Gets whether a redirection writes it, which the words of the command do not show.</summary>
    public bool IsRedirection { get; init; }

    /// <summary>Gets the host of a network operation; <c>null</c> if it is unknown.</summary>
    public string? Host { get; init; }
}
