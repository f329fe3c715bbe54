using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>How the tokens of a conversation are shared out: the sum is the model's, the shares are estimated by length.</summary>
/// <param name="SystemPrompt">The system prompt without memory.</param>
/// <param name="Memory">Memory and context files.</param>
/// <param name="BuiltInTools">The tools of the program and its plugins.</param>
/// <param name="McpTools">The tools of MCP servers.</param>
/// <param name="Messages">What is left: the messages.</param>
internal sealed record ContextUsageEstimate(
    long SystemPrompt, long Memory, IReadOnlyList<(string Name, long Tokens)> BuiltInTools,
    IReadOnlyList<(string Name, long Tokens)> McpTools, long Messages)
{
    private const double CharactersPerToken = 4;

    /// <param name="shares">What every request carries.</param>
    /// <param name="total">The tokens that the model counted; 0 before its first answer.</param>
    public static ContextUsageEstimate Of(ContextShares shares, long total)
    {
        var characters = shares.SystemPrompt + shares.Memory + shares.Tools.Sum(static tool => (long)tool.Characters);
        var perToken = total > 0 && characters / CharactersPerToken > total ? characters / (double)total : CharactersPerToken;
        var (builtIn, mcp) = (Tools(isMcp: false), Tools(isMcp: true));
        var (system, memory) = (Tokens(shares.SystemPrompt), Tokens(shares.Memory));
        var known = system + memory + builtIn.Sum(static tool => tool.Tokens) + mcp.Sum(static tool => tool.Tokens);
        return new(system, memory, builtIn, mcp, Math.Max(0, total - known));

        long Tokens(int length) => (long)(length / perToken);

        List<(string Name, long Tokens)> Tools(bool isMcp) =>
            [.. shares.Tools.Where(tool => tool.Name.StartsWith("mcp__", StringComparison.Ordinal) == isMcp)
                .Select(tool => (tool.Name, Tokens(tool.Characters)))];
    }
}
