using QwenCode.Mcp.Authorization;

namespace QwenCode.Mcp.Configuration;

/// <summary>One entry of <c>mcpServers</c>.</summary>
public sealed record McpServerConfiguration
{
    /// <summary>Gets the server's name in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how it is reached. Of several keys, <c>httpUrl</c> counts before <c>url</c>, and that before <c>command</c>.</summary>
    public required McpTransport Transport { get; init; }

    /// <summary>Gets the program of a stdio server.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>Gets the program's arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets variables that are set for the program beside those it inherits. They may hold secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the program's directory; <c>null</c> is the project's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Gets the address of an HTTP server. It may hold secrets.</summary>
    public Uri? Address { get; init; }

    /// <summary>Gets headers that are sent with every request. They may hold secrets.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what its login needs; <c>null</c>, the default, leaves all of it to the server.</summary>
    public OAuthConfiguration? OAuth { get; init; }

    /// <summary>Gets how long one call may take. The default is 10 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets how long the first request waits for the server at most: its <c>timeout</c>, if the entry has one.
    /// </summary>
    /// <value>The default is <c>null</c>, which leaves it to <see cref="McpServersOptions.StartTimeout"/>.</value>
    public TimeSpan? StartTimeout { get; init; }

    /// <summary>Gets whether it is configured, but not connected (<c>disabled</c>).</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool IsDisabled { get; init; }

    /// <summary>Gets whether its tools run without being asked about, as long as the folder is trusted, too.</summary>
    public bool IsTrusted { get; init; }

    /// <summary>Gets what people are told of the server.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the only tools to have, by the server's names; <c>null</c> is all.</summary>
    public IReadOnlyList<string>? IncludeTools { get; init; }

    /// <summary>Gets tools to leave out. They stay out although <see cref="IncludeTools"/> names them.</summary>
    public IReadOnlyList<string> ExcludeTools { get; init; } = [];

    /// <summary>
    /// Gets where the entry is written, such as <c>settings.json:12</c>, for messages; <c>null</c> where it is in no file.
    /// </summary>
    public string? Origin { get; init; }

    /// <summary>Gets what is written in the entry and has no effect, as sentences for people.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Gets what its login has issued, to keep it out of messages.</summary>
    internal IssuedSecrets Issued { get; } = new();

    /// <summary>Gets whether the settings hold credentials for it.</summary>
    internal bool HasCredentials => Headers.Keys.Any(static name => name.Equals("Authorization", StringComparison.OrdinalIgnoreCase));

    /// <summary>Says whether a tool is wanted.</summary>
    /// <param name="tool">The tool as the server names it.</param>
    public bool Wants(string tool) =>
        !ExcludeTools.Contains(tool)
        && (IncludeTools is null || IncludeTools.Any(entry => entry == tool
            || (entry.Length > tool.Length && entry[tool.Length] == '(' && entry.StartsWith(tool, StringComparison.Ordinal))));
}
