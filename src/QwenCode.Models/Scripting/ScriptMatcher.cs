using System.Text.RegularExpressions;

namespace QwenCode.Models.Scripting;

/// <summary>What a request must look like: each pattern that is there must be found.</summary>
internal sealed record ScriptMatcher
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public Regex? System { get; init; }

    public Regex? LastUser { get; init; }

    public Regex? Last { get; init; }

    public Regex? LastRole { get; init; }

    public Regex? Tools { get; init; }

    public Regex? Model { get; init; }

    public Regex? Any { get; init; }

    /// <summary>Makes a pattern; a point also matches a line feed.</summary>
    public static Regex? Pattern(string? pattern) =>
        pattern is null ? null : new Regex(pattern, RegexOptions.Singleline | RegexOptions.CultureInvariant, Limit);

    public bool Matches(ScriptedRequest request) =>
        Found(Model, request.Model)
        && Found(LastRole, request.LastRole)
        && (Tools is null || Tools.IsMatch(string.Join(',', request.Tools)))
        && (LastUser is null || LastUser.IsMatch(request.LastUser))
        && (Last is null || Last.IsMatch(request.Last))
        && Found(System, request.System)
        && (Any is null || Any.IsMatch(request.Any));

    private static bool Found(Regex? pattern, string text) => pattern is null || pattern.IsMatch(text);
}
