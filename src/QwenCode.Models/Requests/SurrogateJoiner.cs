namespace QwenCode.Models.Requests;

/// <summary>Holds back the first half of a character until its second half comes in the next piece.</summary>
internal sealed class SurrogateJoiner
{
    private char? _half;

    /// <summary>Takes a piece and gives what is whole.</summary>
    /// <param name="piece">The piece.</param>
    public string? Add(string? piece)
    {
        if (string.IsNullOrEmpty(piece))
        {
            return piece;
        }

        if (_half is { } half)
        {
            piece = half + piece;
            _half = null;
        }

        if (char.IsHighSurrogate(piece[^1]))
        {
            _half = piece[^1];
            piece = piece[..^1];
        }

        return piece;
    }

    /// <summary>Gives what was held back to the end.</summary>
    public string? Rest()
    {
        var rest = _half?.ToString();
        _half = null;
        return rest;
    }
}
