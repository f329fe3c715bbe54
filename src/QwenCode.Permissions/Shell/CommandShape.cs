namespace QwenCode.Permissions.Shell;

/// <summary>How a program takes its arguments, and what it does to the files among them.</summary>
internal sealed record CommandShape(Action<CommandUse, TargetResolver, List<ShellOperation>> Apply)
{
    /// <summary>Gets options whose next word is a value and no file.</summary>
    public string[] ValueOptions { get; init; } = [];

    /// <summary>Gets options whose value is a file, and the tool whose rules count for it.</summary>
    public (string Option, string Tool)[] FileOptions { get; init; } = [];

    /// <summary>Gets options that take the place of the pattern or script that otherwise comes first.</summary>
    public string[] PatternOptions { get; init; } = [];
}

/// <summary>A program's arguments, sorted.</summary>
/// <param name="Program">The program.</param>
/// <param name="Positionals">Arguments that are no options.</param>
/// <param name="Flags">Options, as written.</param>
/// <param name="HasPattern">Whether the pattern was given by an option.</param>
/// <param name="Words">All arguments.</param>
internal sealed record CommandUse(string Program, IReadOnlyList<ShellWord> Positionals, IReadOnlyList<string> Flags, bool HasPattern, IReadOnlyList<ShellWord> Words)
{
    /// <summary>Says whether one of some short letters or long options is there.</summary>
    public bool Has(string letters, params string[] longOptions) =>
        Flags.Any(flag => (flag.Length > 1 && flag[1] is not '-' && flag.AsSpan(1).IndexOfAny(letters) >= 0) || Array.IndexOf(longOptions, flag) >= 0);
}
