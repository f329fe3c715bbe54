namespace QwenCode.Plugin.Lsp.Configuration;

/// <summary>What <c>.lsp.json</c> says.</summary>
/// <param name="Servers">The servers that can be used.</param>
/// <param name="Problems">What the user should correct; each names file and key.</param>
internal sealed record LspConfiguration(IReadOnlyList<ServerConfiguration> Servers, IReadOnlyList<string> Problems);
