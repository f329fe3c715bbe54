namespace QwenCode.Mcp.Authorization;

/// <summary>The names and values of an address's query, or of a form.</summary>
internal static class AddressQuery
{
    /// <summary>Reads a query; of a name that is given twice, nothing is taken, because both ends may read it differently.</summary>
    /// <param name="query">The query, with or without the question mark.</param>
    public static Dictionary<string, string> Read(string query)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var doubled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            if (!values.TryAdd(name, equals < 0 ? string.Empty : Decode(pair[(equals + 1)..])))
            {
                doubled.Add(name);
            }
        }

        foreach (var name in doubled)
        {
            values.Remove(name);
        }

        return values;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
