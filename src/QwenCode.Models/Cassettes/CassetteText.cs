using System.Text.RegularExpressions;

namespace QwenCode.Models.Cassettes;

/// <summary>
/// Makes texts of two runs comparable: secrets, the paths of this machine, times and random names are replaced by what they are.
/// </summary>
internal sealed partial class CassetteText
{
    private const int ShortestPath = 3;

    private readonly SecretText _secrets;
    private readonly (string Path, string Name)[] _paths;

    /// <summary>Creates the replacement for one client.</summary>
    /// <param name="secrets">What finds secrets.</param>
    /// <param name="place">Where the cassette is used.</param>
    public CassetteText(SecretText secrets, CassettePlace place)
    {
        _secrets = secrets;
        var paths = new List<(string Path, string Name)>();
        Add(paths, place.WorkingDirectory, "{workspace}");
        Add(paths, place.HomeDirectory, "{home}");
        Add(paths, Path.GetTempPath(), "{temp}");
        _paths = [.. paths.OrderByDescending(static path => path.Path.Length)];
    }

    /// <summary>Returns a text without what differs from run to run.</summary>
    /// <param name="text">The text.</param>
    public string Normalize(string text)
    {
        text = _secrets.Replace(text, static _ => "***");
        foreach (var (path, name) in _paths)
        {
            text = text.Replace(path, name, StringComparison.Ordinal);
        }

        return Masks().Replace(Passing().Replace(text, NameOf), "***");
    }

    // Also as a folder's name: sessions of a project lie in a folder that is named after it.
    private static void Add(List<(string Path, string Name)> paths, string path, string name)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (path.Length < ShortestPath)
        {
            return;
        }

        paths.Add((path, name));
        paths.Add((string.Concat(path.Select(static letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')), name));
        if (path.Contains('\\', StringComparison.Ordinal))
        {
            paths.Add((path.Replace(@"\", @"\\", StringComparison.Ordinal), name));
            paths.Add((path.Replace('\\', '/'), name));
        }
    }

    private static string NameOf(Match match) =>
        match.Groups["number"].Success ? match.Groups["before"].Value + "{n}" + match.Groups["after"].Value
        : match.Groups["id"].Success ? "{id}"
        : "{time}";

    [GeneratedRegex(
        @"(?<id>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b)"
        + @"|\b(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d[:-]\d\d(?:[:-]\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
        + @"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, [A-Z][a-z]+ \d{1,2}, \d{4}"
        + @"|(?<before><duration_ms>)(?<number>\d+)(?<after></duration_ms>)"
        + @"|(?<before>\b[Pp](?:[Gg])?[Ii][Dd]s?\b\W{1,3})(?<number>\d+)(?<after>)"
        + @"|(?<before>\b)(?<number>\d+(?:\.\d+)?)(?<after> ?ms\b)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Passing();

    // A mask that came with a recorded answer is as long as the secret it stands for.
    [GeneratedRegex(@"\*{3,}")]
    private static partial Regex Masks();
}
