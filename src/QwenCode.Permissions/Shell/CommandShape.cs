namespace QwenCode.Permissions.Shell;

/// <summary>How a program uses its arguments, and what it does to the files among them.</summary>
internal sealed record CommandShape(Action<CommandUse, TargetResolver, List<ShellOperation>> Apply)
{
    /// <summary>Gets the options whose next word is a value and not a file.</summary>
    public string[] ValueOptions { get; init; } = [];

    /// <summary>Gets the options whose value is a file, with the tool whose rules apply to it.</summary>
    public (string Option, string Tool)[] FileOptions { get; init; } = [];

    /// <summary>Gets the options that replace the pattern or script that otherwise comes first.</summary>
    public string[] PatternOptions { get; init; } = [];
}

/// <summary>The arguments of a program, sorted by kind.</summary>
/// <param name="Program">The program.</param>
/// <param name="Positionals">Arguments that are not options.</param>
/// <param name="Flags">Options, as written.</param>
/// <param name="HasPattern">Whether the pattern was given by an option.</param>
/// <param name="Words">All words of the command.</param>
internal sealed record CommandUse(string Program, IReadOnlyList<ShellWord> Positionals, IReadOnlyList<string> Flags, bool HasPattern,
    IReadOnlyList<ShellWord> Words)
{
    /// <summary>Returns whether one of the short or long options is present.</summary>
    public bool Has(string letters, params string[] longOptions) =>
        Flags.Any(flag =>
            (flag.Length > 1 && flag[1] is not '-' && flag.AsSpan(1).IndexOfAny(letters) >= 0) || Array.IndexOf(longOptions, flag) >= 0);
}
