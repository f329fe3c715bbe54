using System.Text.Json;
using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Configuration.Options;

/// <summary>What the settings say of tools.</summary>
public sealed record ToolSettings
{
    /// <summary>Gets the only tools that are registered (<c>tools.core</c>); <c>null</c> is all.</summary>
    public IReadOnlyList<string>? Core { get; init; }

    /// <summary>
    /// Gets what runs without being asked about (<c>tools.approvalMode</c>). The default is
    /// <see cref="Permissions.ApprovalMode.Default"/>.
    /// </summary>
    public ApprovalMode ApprovalMode { get; init; } = ApprovalMode.Default;

    /// <summary>Gets the bounds of what a tool gives to the model.</summary>
    public ToolLimits Limits { get; init; } = ToolLimits.Default;

    /// <summary>Gets the sandbox: <c>null</c> for none, <c>auto</c>, or a provider's name (<c>tools.sandbox</c>).</summary>
    public string? Sandbox { get; init; }

    /// <summary>
    /// Gets whether commits made through the shell name the program as co-author (<c>general.gitCoAuthor</c>). The default is
    /// true.
    /// </summary>
    public bool GitCoAuthor { get; init; } = true;

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="SettingsException">A value cannot be used; for the approval mode the exit code is 1.</exception>
    public static ToolSettings From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new()
        {
            Core = settings.StringList("tools.core"),
            ApprovalMode = Mode(settings),
            Limits = new(
                settings.Integer("tools.truncateToolOutputThreshold") ?? ToolLimits.Default.MaxCharacters,
                settings.Integer("tools.truncateToolOutputLines") ?? ToolLimits.Default.MaxLines),
            Sandbox = SandboxOf(settings),
            GitCoAuthor = settings.Bool("general.gitCoAuthor") ?? true,
        };
    }

    private static ApprovalMode Mode(Settings settings)
    {
        const string key = "tools.approvalMode";
        if (settings.Find(key) is not { } node)
        {
            return ApprovalMode.Default;
        }

        return node.Kind == JsonValueKind.String && ApprovalModes.TryParseLenient(node.Text, out var mode)
            ? mode
            : throw new SettingsException(
            node.Origin.File, node.Origin.Line, key, $"must be one of {string.Join(", ", ApprovalModes.Names)}.") { ExitCode = 1 };
    }

    private static string? SandboxOf(Settings settings) => settings.Find("tools.sandbox") switch
    {
        null or { Kind: JsonValueKind.False } => null,
        { Kind: JsonValueKind.True } => "auto",
        { Kind: JsonValueKind.String } node =>
            node.Text.ToLowerInvariant() switch { "" or "false" or "0" => null, "true" or "1" => "auto", var name => name },
        var node => throw Settings.WrongKind("tools.sandbox", node, "true, false or a provider's name"),
    };
}
