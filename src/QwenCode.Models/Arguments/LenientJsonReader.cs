using System.Buffers;
using System.Text;
using System.Text.Json;

namespace QwenCode.Models.Arguments;

/// <summary>
/// Reads an object or array that is nearly JSON: single quotes, bare keys and words, trailing or missing commas, line breaks and
/// stray backslashes in strings, an end that is missing. Guesses no values: what it cannot read makes the whole unreadable.
/// </summary>
internal ref struct LenientJsonReader(ReadOnlySpan<char> text)
{
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>Gets whether the text stopped before its last bracket or quote was closed.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Gets where reading stopped.</summary>
    public readonly int Position => _at;

    /// <summary>Says whether a text ends with the quote it begins with.</summary>
    public static bool IsQuoted(ReadOnlySpan<char> text) => text.Length > 1 && text[^1] == text[0];

    /// <summary>Reads the value at the beginning.</summary>
    /// <param name="json">The value, mended.</param>
    public bool TryRead(out JsonElement json)
    {
        var buffer = new ArrayBufferWriter<byte>(_text.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth + 1 }))
        {
            if (!ReadValue(writer, 0))
            {
                json = default;
                return false;
            }
        }

        json = JsonElement.Parse(buffer.WrittenSpan);
        return true;
    }

    private bool ReadValue(Utf8JsonWriter writer, int depth)
    {
        SkipSpace();
        if (_at == _text.Length || depth > MaxDepth)
        {
            return false;
        }

        switch (_text[_at])
        {
            case '{':
                _at++;
                return ReadObject(writer, depth);
            case '[':
                _at++;
                return ReadArray(writer, depth);
            case '"' or '\'':
                writer.WriteStringValue(ReadString());
                return true;
            default:
                return ReadWord(writer);
        }
    }

    private bool ReadObject(Utf8JsonWriter writer, int depth)
    {
        writer.WriteStartObject();
        while (true)
        {
            SkipSpaceAndCommas();
            if (_at == _text.Length)
            {
                IsTruncated = true;
                break;
            }

            if (_text[_at] is '}')
            {
                _at++;
                break;
            }

            // A member whose value never came is left out: half a name means nothing.
            if (ReadName() is not { } name)
            {
                return false;
            }

            SkipSpace();
            if (_at == _text.Length)
            {
                IsTruncated = true;
                break;
            }

            if (_text[_at] is not ':')
            {
                return false;
            }

            _at++;
            SkipSpace();
            if (_at == _text.Length)
            {
                IsTruncated = true;
                break;
            }

            if (IsUnfinishedWord())
            {
                break;
            }

            writer.WritePropertyName(name);
            if (!ReadValue(writer, depth + 1))
            {
                return false;
            }
        }

        writer.WriteEndObject();
        return true;
    }

    private bool ReadArray(Utf8JsonWriter writer, int depth)
    {
        writer.WriteStartArray();
        while (true)
        {
            SkipSpaceAndCommas();
            if (_at == _text.Length)
            {
                IsTruncated = true;
                break;
            }

            if (_text[_at] is ']')
            {
                _at++;
                break;
            }

            if (IsUnfinishedWord())
            {
                break;
            }

            if (!ReadValue(writer, depth + 1))
            {
                return false;
            }
        }

        writer.WriteEndArray();
        return true;
    }

    private string? ReadName()
    {
        if (_text[_at] is '"' or '\'')
        {
            return ReadString();
        }

        var word = Word();
        if (word.IsEmpty)
        {
            return null;
        }

        _at += word.Length;
        return word.ToString();
    }

    private bool ReadWord(Utf8JsonWriter writer)
    {
        var word = Word();
        _at += word.Length;
        switch (word)
        {
            case "":
                return false;
            case "true" or "True":
                writer.WriteBooleanValue(true);
                return true;
            case "false" or "False":
                writer.WriteBooleanValue(false);
                return true;
            case "null" or "None" or "undefined":
                writer.WriteNullValue();
                return true;
        }

        try
        {
            var number = JsonElement.Parse(word);
            if (number.ValueKind is JsonValueKind.Number)
            {
                number.WriteTo(writer);
                return true;
            }
        }
        catch (JsonException)
        {
            // No number, so a word that lacks its quotes.
        }

        writer.WriteStringValue(word);
        return true;
    }

    private readonly bool IsWordUntilEnd() => _text[_at] is not ('{' or '[' or '"' or '\'') && Word().Length == _text.Length - _at;

    /// <summary>A word that runs into the end may go on: <c>tru</c>, <c>12</c>. It is not taken.</summary>
    private bool IsUnfinishedWord()
    {
        if (!IsWordUntilEnd())
        {
            return false;
        }

        _at = _text.Length;
        IsTruncated = true;
        return true;
    }

    private readonly ReadOnlySpan<char> Word()
    {
        var rest = _text[_at..];
        var length = 0;
        while (length < rest.Length && (char.IsLetterOrDigit(rest[length]) || rest[length] is '_' or '-' or '+' or '.' or '$' or '/'))
        {
            length++;
        }

        return rest[..length];
    }

    private string ReadString()
    {
        var quote = _text[_at++];
        var result = new StringBuilder();
        while (_at < _text.Length)
        {
            var next = _text[_at++];
            if (next == quote)
            {
                return result.ToString();
            }

            if (next is not '\\')
            {
                result.Append(next);
                continue;
            }

            if (_at == _text.Length)
            {
                break;
            }

            ReadEscape(result);
        }

        IsTruncated = true;
        return result.ToString();
    }

    private void ReadEscape(StringBuilder result)
    {
        var escaped = _text[_at++];
        switch (escaped)
        {
            case 'n': result.Append('\n'); break;
            case 't': result.Append('\t'); break;
            case 'r': result.Append('\r'); break;
            case 'b': result.Append('\b'); break;
            case 'f': result.Append('\f'); break;
            case '"' or '\'' or '\\' or '/': result.Append(escaped); break;
            case 'u' when _text.Length - _at >= 4
                && ushort.TryParse(_text.Slice(_at, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code):
                result.Append((char)code);
                _at += 4;
                break;
            case 'u' when _text.Length - _at < 4:
                _at = _text.Length;   // an escape that was cut off
                break;
            default:
                // A backslash that escapes nothing was meant as one, as in a regular expression.
                result.Append('\\').Append(escaped);
                break;
        }
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private void SkipSpaceAndCommas()
    {
        while (_at < _text.Length && (char.IsWhiteSpace(_text[_at]) || _text[_at] is ','))
        {
            _at++;
        }
    }
}
