namespace QwenCode.Permissions.Matching;

/// <summary>Compares rules for MCP tools with the names of offered tools, which may be sanitized or shortened.</summary>
internal static class McpPattern
{
    /// <summary>The number of leading characters that shortening keeps.</summary>
    private const int KeptStart = 28;

    /// <summary>The length of a shortened name.</summary>
    private const int MostLength = 63;

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

    /// <summary>
    /// Returns whether a rule that allows names a tool. Sanitized and shortened names of different servers can be equal, so the server
    /// is compared by its own name.
    /// </summary>
    public static bool Allows(string pattern, string tool, string? source)
    {
        var server = source is not null && source.StartsWith("mcp:", StringComparison.Ordinal) ? source[4..] : null;
        if (server is null)
        {
            return pattern.EndsWith('*') ? tool.StartsWith(pattern[..^1], StringComparison.Ordinal)
                : tool == pattern || (pattern.Split("__").Length == 2 && tool.StartsWith(pattern + "__", StringComparison.Ordinal));
        }

        var own = $"mcp__{server}";
        var clean = ToolNames.SanitizeMcp(own);
        if (pattern.EndsWith('*'))
        {
            var prefix = pattern[..^1];
            return prefix.EndsWith("__", StringComparison.Ordinal) && prefix is not "mcp__" ? prefix == own + "__"
                : own.StartsWith(prefix, StringComparison.Ordinal)
                    || (prefix.StartsWith(own + "__", StringComparison.Ordinal) && tool.StartsWith(prefix, StringComparison.Ordinal));
        }

        // A whole server by its own name, or one tool of it, with the server in either spelling.
        return pattern == own || ((tool == pattern || tool == ToolNames.SanitizeMcp(pattern))
            && (pattern.StartsWith(own + "__", StringComparison.Ordinal) || pattern.StartsWith(clean + "__", StringComparison.Ordinal)
                || (tool == pattern && tool.Length == MostLength)));
    }

    private static bool StartsSanitized(string tool, string prefix)
    {
        var safe = string.Concat(prefix.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        return tool.StartsWith(safe, StringComparison.Ordinal)
            || (tool.Length == MostLength && safe.Length > KeptStart
                && tool.StartsWith(safe[..KeptStart] + "___", StringComparison.Ordinal));
    }
}
