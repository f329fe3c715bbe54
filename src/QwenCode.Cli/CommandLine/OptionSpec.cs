namespace QwenCode.Cli.CommandLine;

/// <summary>One option.</summary>
/// <param name="Name">The name, in kebab-case and without dashes.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Description">The line of the help, or for an option without effect the reason why it is accepted or refused.</param>
internal sealed record OptionSpec(string Name, OptionKind Kind, string Description)
{
    /// <summary>Gets the letter that stands for the option.</summary>
    public char? Alias { get; init; }

    /// <summary>Gets a second name.</summary>
    public string? OtherName { get; init; }

    /// <summary>Gets the only values the option takes. The default is none, which takes any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Gets values of newer versions of the program and what they mean here, never more than they mean there.</summary>
    public IReadOnlyList<(string Word, string Meaning)> NewerChoices { get; init; } = [];

    /// <summary>Gets the one value that asks for nothing, for an option that is refused otherwise.</summary>
    public string? HarmlessValue { get; init; }

    /// <summary>Gets whether the help leaves the option out.</summary>
    public bool IsHidden { get; init; }
}
