using System.Text.RegularExpressions;

namespace QwenCode.Models.Scripting;

/// <summary>A value taken out of what the model was sent.</summary>
/// <param name="Name">The name templates use.</param>
/// <param name="Source">Where to look: <c>results</c>, <c>result:TOOL</c>, <c>last</c>, <c>lastUser</c>, <c>system</c> or
/// <c>any</c>; <c>null</c> is the results, or the user's words if there are none.</param>
/// <param name="Pattern">What to look for; the first group counts, without groups the whole match.</param>
/// <param name="Separator">What stands between several matches in <c>${NAME.all}</c>.</param>
internal sealed record ScriptCapture(string Name, string? Source, Regex Pattern, string Separator)
{
    /// <summary>Gives all matches.</summary>
    public List<string> Find(ScriptedRequest request)
    {
        var found = new List<string>();
        foreach (Match match in Pattern.Matches(Text(request)))
        {
            found.Add(match.Groups.Count > 1 ? match.Groups[1].Value : match.Value);
        }

        return found;
    }

    /// <summary>Says whether a word names a place to look.</summary>
    public static bool IsSource(string source) =>
        source is "results" or "last" or "lastUser" or "system" or "any" || source.StartsWith("result:", StringComparison.Ordinal);

    private string Text(ScriptedRequest request) => Source switch
    {
        null => request.Results() is { Count: > 0 } results ? string.Join('\n', results) : request.LastUser,
        "results" => string.Join('\n', request.Results()),
        "last" => request.Last,
        "lastUser" => request.LastUser,
        "system" => request.System,
        "any" => request.Any,
        _ => string.Join('\n', request.Results(Source["result:".Length..])),
    };
}
