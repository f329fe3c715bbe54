namespace QwenCode.Cli.CommandLine;

/// <summary>
/// Options that clients of qwen-code pass without being asked, and that change nothing here: refusing one would break the client,
/// and ignoring it loses nothing. The description is the reason.
/// </summary>
internal static class AcceptedOptions
{
    /// <summary>Gets the options.</summary>
    public static IReadOnlyList<OptionSpec> All { get; } =
    [
        new("channel", OptionKind.Text, "The SDK passes it at each start. It names the caller for one provider and changes no answer.")
        {
            Choices = ["VSCode", "ACP", "SDK", "CI"],
        },
        new("experimental-skills", OptionKind.Flag, "Editors pass it. qwen-code accepts and ignores it, too."),
        new("screen-reader", OptionKind.Flag, "The interactive mode prints plain lines and nothing else, which is what this asks for."),
    ];
}
