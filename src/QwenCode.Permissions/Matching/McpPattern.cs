namespace QwenCode.Permissions.Matching;

/// <summary>Compares rules for MCP tools with the names of offered tools, which may be sanitized or shortened.</summary>
internal static class McpPattern
{
    /// <summary>The number of leading characters that shortening keeps.</summary>
    private const int KeptStart = 28;

    public static bool Matches(string pattern, string tool, string? source)
    {
        var server = source is not null && source.StartsWith("mcp:", StringComparison.Ordinal) ? source[4..] : null;
        if (pattern.EndsWith('*'))
        {
            var prefix = pattern[..^1];
            return tool.StartsWith(prefix, StringComparison.Ordinal) || StartsSanitized(tool, prefix)
                || (server is not null && $"mcp__{server}__".StartsWith(prefix, StringComparison.Ordinal));
        }

        if (tool == pattern || tool == ToolNames.SanitizeMcp(pattern))
        {
            return true;
        }

        if (server is not null && (pattern == $"mcp__{server}" || pattern == ToolNames.SanitizeMcp($"mcp__{server}")))
        {
            return true;
        }

        return pattern.Split("__").Length == 2 && StartsSanitized(tool, pattern + "__");
    }

    private static bool StartsSanitized(string tool, string prefix)
    {
        var safe = string.Concat(prefix.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' ? c : '_'));
        return tool.StartsWith(safe, StringComparison.Ordinal)
            || (tool.Length == 63 && safe.Length > KeptStart && tool.StartsWith(safe[..KeptStart] + "___", StringComparison.Ordinal));
    }
}
