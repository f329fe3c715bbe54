using System.Globalization;
using System.Text;

namespace QwenCode.Platform.Text;

/// <summary>
/// The names under which tools of MCP servers are offered, and under which permission rules know them: letters, digits, <c>_</c> and
/// <c>-</c>, because some providers refuse a whole request over any other character.
/// </summary>
public static class McpNames
{
    private const string Prefix = "mcp__";
    private const int MaxLength = 63;
    private const int KeptStart = 28;
    private const int KeptEnd = 32;

    /// <summary>Returns <c>mcp__SERVER__TOOL</c>, cut in the middle if it is too long.</summary>
    /// <param name="server">The server's name in the settings.</param>
    /// <param name="tool">The tool's name at the server.</param>
    public static string Of(string server, string tool) => Cut($"{Prefix}{Safe(server)}__{Safe(tool)}");

    /// <summary>Returns the name that a rule means, such as one that says <c>mcp__größe__a.b</c> or <c>mcp__größe</c>.</summary>
    /// <param name="name">The name in the rule.</param>
    public static string Meant(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Cut(Safe(name));
        }

        var end = name.IndexOf("__", Prefix.Length, StringComparison.Ordinal);
        return end < 0 ? Cut(Prefix + Safe(name[Prefix.Length..])) : Of(name[Prefix.Length..end], name[(end + 2)..]);
    }

    /// <summary>
    /// Replaces what is not allowed. Letters of other scripts are not told apart by that, so a name with such letters ends in a mark of
    /// its own.
    /// </summary>
    private static string Safe(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var safe = new StringBuilder(name.Length + 8);
        var hasOtherScript = false;
        foreach (var character in name)
        {
            hasOtherScript |= !char.IsAscii(character);
            safe.Append(char.IsAsciiLetterOrDigit(character) || character is '_' or '-' ? character : '_');
        }

        return hasOtherScript ? safe.Append('_').Append(Mark(name)).ToString() : safe.ToString();
    }

    private static string Mark(string name)
    {
        // FNV-1a: the same in every process, on every machine.
        var hash = 2166136261u;
        foreach (var unit in name)
        {
            hash = (hash ^ unit) * 16777619;
        }

        return hash.ToString("x8", CultureInfo.InvariantCulture)[..6];
    }

    private static string Cut(string name) =>
        name.Length > MaxLength ? $"{name.AsSpan(0, KeptStart)}___{name.AsSpan(name.Length - KeptEnd)}" : name;
}
