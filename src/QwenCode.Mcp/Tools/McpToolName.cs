namespace QwenCode.Mcp.Tools;

/// <summary>The names under which tools of servers are offered and known to permission rules.</summary>
internal static class McpToolName
{
    private const int MaxLength = 63;
    private const int KeptStart = 28;
    private const int KeptEnd = 32;

    /// <summary>Gives <c>mcp__SERVER__TOOL</c> in characters every provider takes, cut in the middle where it is too long.</summary>
    public static string Of(string server, string tool)
    {
        var name = string.Create("mcp__".Length + server.Length + 2 + tool.Length, (server, tool), static (span, names) =>
        {
            "mcp__".CopyTo(span);
            names.server.CopyTo(span[5..]);
            "__".CopyTo(span[(5 + names.server.Length)..]);
            names.tool.CopyTo(span[(7 + names.server.Length)..]);
            foreach (ref var c in span)
            {
                c = char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' ? c : '_';
            }
        });
        return name.Length > MaxLength ? $"{name.AsSpan(0, KeptStart)}___{name.AsSpan(name.Length - KeptEnd)}" : name;
    }
}
