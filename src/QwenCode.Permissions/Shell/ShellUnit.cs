namespace QwenCode.Permissions.Shell;

/// <summary>One command as it is judged, with the commands that it starts in its turn.</summary>
internal sealed class ShellUnit
{
    /// <summary>Gets the words; none for a bare assignment or redirection.</summary>
    public required IReadOnlyList<ShellWord> Words { get; init; }

    /// <summary>Gets other ways the same command can be written, for rules that restrict: bare program name, without options before the sub-command, with variables filled in.</summary>
    public IReadOnlyList<IReadOnlyList<ShellWord>> Variants { get; init; } = [];

    /// <summary>Gets the commands this one starts: behind <c>sudo</c>, in <c>bash -c</c>, after <c>-exec</c>.</summary>
    public IReadOnlyList<ShellUnit> Children { get; init; } = [];

    /// <summary>Gets whether the command does nothing but start its children, so that their being allowed is enough.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Gets whether the children are all there is to say about reading and writing.</summary>
    public bool IsReadOnlyWithChildren { get; init; }

    /// <summary>Gets what the command does to files and to the network, as far as is known.</summary>
    public IReadOnlyList<ShellOperation> Operations { get; init; } = [];

    /// <summary>Gets whether a word holds a substitution.</summary>
    public bool HasSubstitution { get; init; }

    /// <summary>Gets whether a variable is set that decides what programs do, such as <c>PATH</c>.</summary>
    public bool HasDangerousEnvironment { get; init; }

    /// <summary>Gets whether the command is known to change nothing, its surroundings not looked at.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Gets whether the command may also be an argument of another one; it can then bring a question about, but no refusal.</summary>
    public bool IsGuess { get; init; }

    /// <summary>Gets whether this is code in a language that is not read here.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Gets the text for people and rules: words joined by spaces.</summary>
    public string Text => string.Join(' ', Words.Select(static word => word.Text));

    /// <summary>Gets the text for people alone, with what is only known later shown in its place.</summary>
    public string Shown => Words.Count == 0 ? "(assignment or redirection)"
        : IsForeign ? "(code in another language)"
        : Words is [{ Chars: [{ IsDynamic: true }], Substitutions: [], Variables: [] }] ? "(code that cannot be seen)"
        : string.Join(' ', Words.Select(static word => word.Shown));

    /// <summary>Gets whether nothing is known of what runs.</summary>
    public bool IsOpaque => Words.Count > 0 && Words[0].IsDynamic;

    /// <summary>Makes a unit for code that cannot be seen.</summary>
    public static ShellUnit Hidden() => new() { Words = [ShellWord.Unknown] };

    /// <summary>Makes a unit for code in a language that is not read here.</summary>
    public static ShellUnit Foreign() => new() { Words = [ShellWord.Unknown], IsForeign = true };

    /// <summary>Makes a unit that holds what is only a guess.</summary>
    public static ShellUnit Guess(ShellUnit unit) => new() { Words = [], Children = [unit], IsGuess = true };
}

/// <summary>A file or address that a command uses, as if a tool had been called for it.</summary>
/// <param name="Tool">The tool whose rules count: <c>read_file</c>, <c>list_directory</c>, <c>edit</c>, <c>write_file</c> or <c>web_fetch</c>.</param>
/// <param name="Paths">The absolute paths it may be; empty where unknown, or for the network.</param>
internal sealed record ShellOperation(string Tool, IReadOnlyList<string> Paths)
{
    /// <summary>Gets whether it may also be some other place that cannot be known.</summary>
    public bool MayBeElsewhere { get; init; }

    /// <summary>Gets whether all below the path is concerned too.</summary>
    public bool IsRecursive { get; init; }

    /// <summary>Gets whether the paths hold wildcards, and then what follows the directory in each, as a pattern.</summary>
    public bool IsPattern { get; init; }

    /// <summary>Gets whether the program may as well do nothing with it; only a rule that names the very path or host counts then, and leads to a question.</summary>
    public bool IsGuess { get; init; }

    /// <summary>Gets the host, for the network; <c>null</c> where unknown.</summary>
    public string? Host { get; init; }
}
