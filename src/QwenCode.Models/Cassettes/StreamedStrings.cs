using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QwenCode.Models.Cassettes;

/// <summary>
/// The texts that a stream of events brings piece by piece: the strings at one place of one event after another, joined, and where in the
/// body each of their letters stands. What a model writes is cut between any two letters.
/// </summary>
internal sealed class StreamedStrings
{
    private readonly StringBuilder _text = new();
    private readonly List<(int At, int Length, int Piece)> _letters = [];
    private int _pieces;

    private StreamedStrings()
    {
    }

    /// <summary>Gets the joined text, each byte beyond ASCII as one letter.</summary>
    public string Text => _text.ToString();

    /// <summary>Reads the events of a body.</summary>
    /// <param name="body">The body, each byte as one letter.</param>
    public static IEnumerable<StreamedStrings> Read(string body)
    {
        var streams = new Dictionary<string, StreamedStrings>(StringComparer.Ordinal);
        for (var at = 0; at < body.Length;)
        {
            var end = body.IndexOf('\n', at);
            end = end < 0 ? body.Length : end;
            if (string.CompareOrdinal(body, at, "data:", 0, 5) == 0 && body.IndexOf('{', at, end - at) is >= 0 and var start)
            {
                ReadEvent(streams, body, start, end);
            }

            at = end + 1;
        }

        // What came in one piece is found without this.
        return streams.Values.Where(static stream => stream._pieces > 1);
    }

    /// <summary>Returns where in the body a part of the text stands: one range for each piece that it is spread over.</summary>
    /// <param name="start">Where the part begins.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>Place and length in the body, and how many letters of the text lie there.</returns>
    public IEnumerable<(int At, int Length, int Letters)> Places(int start, int length)
    {
        for (var from = start; from < start + length;)
        {
            var to = from;
            while (to < start + length && _letters[to].Piece == _letters[from].Piece)
            {
                to++;
            }

            var at = _letters[from].At;
            yield return (at, _letters[to - 1].At + _letters[to - 1].Length - at, to - from);
            from = to;
        }
    }

    private static void ReadEvent(Dictionary<string, StreamedStrings> streams, string body, int start, int end)
    {
        var reader = new Utf8JsonReader(Encoding.Latin1.GetBytes(body[start..end]));
        var names = new string?[66];
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName)
                {
                    names[reader.CurrentDepth] = Encoding.Latin1.GetString(reader.ValueSpan);
                }
                else if (reader.TokenType is JsonTokenType.String)
                {
                    var place = string.Join('/', names, 0, reader.CurrentDepth + 1);
                    if (!streams.TryGetValue(place, out var stream))
                    {
                        streams.Add(place, stream = new StreamedStrings());
                    }

                    stream.Add(body, start + (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                }
            }
        }
        catch (JsonException)
        {
            // An event that is no JSON has no strings beyond this.
        }
    }

    private void Add(string body, int at, int length)
    {
        if (length == 0)
        {
            return;
        }

        _pieces++;
        for (var end = at + length; at < end;)
        {
            var (letter, size) = body[at] is not '\\' ? (body[at], 1)
                : body[at + 1] is 'u' && ushort.TryParse(
                    body.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? ((char)code, 6)
                : (body[at + 1] is 'n' or 'r' or 't' or 'b' or 'f' ? ' ' : body[at + 1], 2);
            _text.Append(letter);
            _letters.Add((at, size, _pieces));
            at += size;
        }
    }
}
