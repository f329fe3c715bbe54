using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace QwenCode.Models.Cassettes;

/// <summary>
/// The body of an answer as it stands in the file. Everything else is true to the byte; secrets are masked at their length, and the
/// directories of this machine are named, so that a replay in other directories names those.
/// </summary>
internal sealed partial class AnswerText
{
    private const string Open = "{{qwen:";
    private const string Literal = Open + "}}";

    // Shorter ones are words like any other.
    private const int ShortestPath = 4;

    private readonly SecretText _secrets;
    private readonly (string Path, string Name)[] _paths;
    private readonly string _home;
    private readonly string _workspace;

    /// <summary>Creates it for one client.</summary>
    /// <param name="secrets">What finds secrets.</param>
    /// <param name="place">Where the cassette is used.</param>
    public AnswerText(SecretText secrets, CassettePlace place)
    {
        _secrets = secrets;
        _home = Bytes(place.HomeDirectory);
        _workspace = Bytes(place.WorkingDirectory);
        _paths = [.. Forms(place.WorkingDirectory, "workspace").Concat(Forms(place.HomeDirectory, "home"))
            .OrderByDescending(static form => form.Path.Length)];
    }

    /// <summary>Takes out of a body what must not get into the file.</summary>
    /// <param name="body">The body.</param>
    /// <param name="cuts">Where its pieces ended.</param>
    /// <returns>The body, and where its pieces end now.</returns>
    public (byte[] Body, List<int> Cuts) Conceal(ReadOnlySpan<byte> body, IReadOnlyList<int> cuts)
    {
        // Each byte is one letter, so that places in the text are places in the body.
        var (text, spread) = ConcealSpread(Encoding.Latin1.GetString(body));
        text = _secrets.Replace(text, static secret => new string('*', secret.Length));
        var concealed = new StringBuilder(text.Length);
        var places = new List<int>(cuts.Count);
        var next = 0;
        for (var at = 0; at < text.Length;)
        {
            var (length, name) = spread.TryGetValue(at, out var part) ? part : Match(text, at);
            if (name is null)
            {
                concealed.Append(text[at]);
            }
            else
            {
                concealed.Append(name);
            }

            at += length;
            for (; next < cuts.Count && cuts[next] <= at; next++)
            {
                // A piece that ended within a name ends behind it.
                places.Add(concealed.Length);
            }
        }

        return (Encoding.Latin1.GetBytes(concealed.ToString()), places);
    }

    /// <summary>Puts the directories of this machine into a piece of a body.</summary>
    /// <param name="piece">The piece, as the file has it.</param>
    public byte[] Reveal(ReadOnlySpan<byte> piece)
    {
        if (piece.IndexOf("{{qwen:"u8) < 0)
        {
            return piece.ToArray();
        }

        var text = Encoding.Latin1.GetString(piece);
        foreach (var (path, name) in _paths)
        {
            text = text.Replace(name, path, StringComparison.Ordinal);
        }

        text = Parts().Replace(text, match => Part(match, match.Groups[1].Value is "home" ? _home : _workspace));

        return Encoding.Latin1.GetBytes(text.Replace(Literal, Open, StringComparison.Ordinal));
    }

    /// <summary>Takes secrets and the directories of this machine out of a short text, such as an error.</summary>
    /// <param name="text">The text.</param>
    public string Conceal(string text)
    {
        var (body, _) = Conceal(Encoding.UTF8.GetBytes(text), []);
        return Encoding.UTF8.GetString(body);
    }

    /// <summary>Conceals what a model has written over several pieces of a stream, of which each piece holds a part.</summary>
    /// <returns>The body without such secrets, and the parts of paths by their places.</returns>
    private (string Text, Dictionary<int, (int Length, string? Name)> Paths) ConcealSpread(string text)
    {
        var paths = new Dictionary<int, (int Length, string? Name)>();
        char[]? masked = null;
        foreach (var stream in StreamedStrings.Read(text))
        {
            var words = stream.Text;
            foreach (var (start, length) in _secrets.Find(words))
            {
                masked ??= text.ToCharArray();
                foreach (var (at, size, _) in stream.Places(start, length))
                {
                    masked.AsSpan(at, size).Fill('*');
                }
            }

            for (var at = 0; at < words.Length; at++)
            {
                var (length, name) = words[at] is '/' or '\\' || char.IsAsciiLetter(words[at]) ? Match(words, at) : (1, null);
                if (name is null || name == Literal)
                {
                    continue;
                }

                AddParts(paths, stream, at, length, name);
                at += length - 1;
            }
        }

        return (masked is null ? text : new string(masked), paths);
    }

    private static void AddParts(
        Dictionary<int, (int Length, string? Name)> paths, StreamedStrings stream, int start, int length, string name)
    {
        var places = stream.Places(start, length).ToList();
        var from = 0;
        foreach (var (at, size, letters) in places.Count > 1 ? places : [])
        {
            // The last part goes to the end, whatever the length of the path is where it is replayed.
            var to = from + letters == length ? string.Empty : (from + letters).ToString(CultureInfo.InvariantCulture);
            paths[at] = (size, $"{name[..^2]}@{from.ToString(CultureInfo.InvariantCulture)}-{to}}}}}");
            from += letters;
        }
    }

    private static string Part(Match match, string path)
    {
        var from = Math.Min(int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), path.Length);
        var to = match.Groups[3].Value is { Length: > 0 } end
            ? Math.Clamp(int.Parse(end, CultureInfo.InvariantCulture), from, path.Length) : path.Length;
        return path[from..to];
    }

    [GeneratedRegex(@"\{\{qwen:(home|workspace)(?::\d)?@(\d{1,5})-(\d{0,5})\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    // As it is, and as JSON writes it: once, and within a string within it. The name says which form it was.
    private static IEnumerable<(string Path, string Name)> Forms(string path, string name)
    {
        path = Bytes(path);
        var escaped = Escape(path);
        string[] forms = [path, path.Replace("/", @"\/", StringComparison.Ordinal), escaped, Escape(escaped)];
        for (var i = 0; i < forms.Length; i++)
        {
            if (path.Length >= ShortestPath)
            {
                yield return (forms[i], i == 0 ? $"{Open}{name}}}}}" : $"{Open}{name}:{i}}}}}");
            }
        }
    }

    private static string Bytes(string path) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(path)));

    private static string Escape(string path) => path.Replace("\\", "\\\\", StringComparison.Ordinal);

    private (int Length, string? Name) Match(string text, int at)
    {
        if (string.CompareOrdinal(text, at, Open, 0, Open.Length) == 0)
        {
            return (Open.Length, Literal);
        }

        foreach (var (path, name) in _paths)
        {
            if (text[at] == path[0] && string.CompareOrdinal(text, at, path, 0, path.Length) == 0
                && (at + path.Length == text.Length || !char.IsAsciiLetterOrDigit(text[at + path.Length])))
            {
                return (path.Length, name);
            }
        }

        return (1, null);
    }
}
