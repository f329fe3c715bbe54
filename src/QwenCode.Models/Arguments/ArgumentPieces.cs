using System.Text;
using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Arguments;

/// <summary>
/// The arguments of one call as they come: in pieces that follow one another, as a whole that is repeated, as snapshots that grow, or
/// as an empty object before the real one.
/// </summary>
internal sealed class ArgumentPieces
{
    private readonly List<string> _pieces = [];

    /// <summary>Gets the text so far if it is one complete object, else <c>null</c>.</summary>
    public string? Current =>
        _pieces is [.., var last] && last.AsSpan().TrimEnd() is [.., '}']
        && Join().Trim() is { } text && ArgumentsReader.IsCompleteObject(text)
            ? text : null;

    /// <summary>Gets whether there is something that is not complete yet.</summary>
    public bool IsHalfDone => _pieces.Count > 0 && Current is null;

    /// <summary>Adds a piece.</summary>
    /// <param name="piece">The piece; nothing is ignored.</param>
    public void Add(string? piece)
    {
        if (!string.IsNullOrEmpty(piece))
        {
            _pieces.Add(piece);
        }
    }

    /// <summary>Returns the arguments the pieces most surely mean.</summary>
    /// <remarks>Two objects that contradict each other stay as they came: neither is safe to choose.</remarks>
    public string Join()
    {
        if (_pieces.Count == 1)
        {
            return _pieces[0];
        }

        var whole = string.Concat(_pieces);
        return ArgumentsReader.IsCompleteObject(whole) || Resolve() is not { } resolved ? whole : resolved;
    }

    private string? Resolve()
    {
        var current = new StringBuilder();
        string? complete = null;
        foreach (var piece in _pieces)
        {
            // Only a longer piece can be a snapshot, and only behind a closed object can another begin. Everything else is cheap:
            // there may be tens of thousands of pieces.
            var maySnapshot = current.Length > 1 && piece.Length > current.Length;
            if (!maySnapshot && !EndsObject(current))
            {
                current.Append(piece);
                continue;
            }

            var text = current.ToString();
            var isComplete = ArgumentsReader.IsCompleteObject(text);
            if (isComplete && string.IsNullOrWhiteSpace(piece))
            {
                continue;
            }

            var isSnapshot = maySnapshot && piece.StartsWith(text, StringComparison.Ordinal);
            if (isSnapshot || (isComplete && piece.TrimStart() is ['{', ..]))
            {
                if (isComplete && !Accepts(ref complete, text))
                {
                    return null;
                }

                current.Clear();
            }

            current.Append(piece);
        }

        var last = current.ToString();
        return ArgumentsReader.IsCompleteObject(last) ? (Accepts(ref complete, last) ? complete : null)
            : complete is not null && complete.StartsWith(last, StringComparison.Ordinal) ? complete
            : null;
    }

    private static bool EndsObject(StringBuilder text)
    {
        var end = text.Length;
        while (end > 0 && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return end > 0 && text[end - 1] == '}';
    }

    /// <summary>Takes an object that repeats or extends the one before.</summary>
    private static bool Accepts(ref string? before, string text)
    {
        if (before is not null && !Extends(Parse(text), Parse(before)))
        {
            return false;
        }

        before = text;
        return true;
    }

    private static JsonElement Parse(string json) => JsonElement.Parse(Surrogates.Mend(json));

    private static bool Extends(JsonElement later, JsonElement earlier)
    {
        foreach (var member in earlier.EnumerateObject())
        {
            if (!later.TryGetProperty(member.Name, out var value) || !JsonElement.DeepEquals(value, member.Value))
            {
                return false;
            }
        }

        return true;
    }
}
