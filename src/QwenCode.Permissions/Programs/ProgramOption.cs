namespace QwenCode.Permissions.Programs;

/// <summary>What a program does with an option.</summary>
internal enum OptionRole : byte
{
    /// <summary>Nothing that matters; it has no value, or only one that is attached.</summary>
    Flag,

    /// <summary>Nothing that matters; digits may be attached, and other letters follow them.</summary>
    Digits,

    /// <summary>Takes text.</summary>
    Text,

    /// <summary>Reads a file.</summary>
    Read,

    /// <summary>Reads a file, and the files that are named in it.</summary>
    Names,

    /// <summary>Writes a file.</summary>
    Write,

    /// <summary>Writes below a folder.</summary>
    Folder,

    /// <summary>Contacts a host.</summary>
    Host,

    /// <summary>Runs the value as a command.</summary>
    Start,

    /// <summary>Runs the value as code in another language.</summary>
    Code,

    /// <summary>Changes or starts something, without a value.</summary>
    Change,
}

/// <summary>An option of a program.</summary>
/// <param name="Name">The option with its dashes.</param>
/// <param name="Role">What the program does with it.</param>
/// <param name="IsAttached">Whether a value, if there is one, is part of the same word.</param>
internal sealed record ProgramOption(string Name, OptionRole Role, bool IsAttached)
{
    public bool IsLong => Name.StartsWith("--", StringComparison.Ordinal);

    /// <summary>Gets whether the option makes the program neither change nor start nor contact anything.</summary>
    public bool OnlyReads => Role is OptionRole.Flag or OptionRole.Digits or OptionRole.Text or OptionRole.Read or OptionRole.Names;

    /// <summary>Gets whether the next word is the value if none is attached.</summary>
    public bool TakesWord => !IsAttached && Role is not (OptionRole.Flag or OptionRole.Digits or OptionRole.Change);
}
