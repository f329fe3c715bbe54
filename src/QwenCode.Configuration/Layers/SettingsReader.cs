using System.Text.Json;

namespace QwenCode.Configuration.Layers;

/// <summary>
/// Reads JSON with comments and trailing commas into nodes that know their place.
/// </summary>
internal static class SettingsReader
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a file's content. An empty file is an empty object: there is nothing in it to lose.</summary>
    /// <exception cref="JsonException">The content is not JSON; its line is counted from 0.</exception>
    public static SettingsNode Parse(ReadOnlySpan<byte> content, SettingsScope scope, string file)
    {
        var offset = content.StartsWith("\uFEFF"u8) ? 3 : 0;
        var body = content[offset..];
        if (body.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return SettingsNode.Object(new SettingsOrigin(scope, file, 1), start: content.Length);
        }

        var cursor = new Cursor(body, offset, scope, file);
        cursor.Read();
        var root = cursor.ReadValue(nameStart: 0, index: 0);
        while (cursor.Read())
        {
            // Only comments may follow, and the reader has skipped those: anything else has thrown.
        }

        return root;
    }

    /// <summary>Names that would reach into the prototype of an object in programs that share these files.</summary>
    private static bool IsDangerous(string name) => name is "__proto__" or "constructor" or "prototype";

    private ref struct Cursor(ReadOnlySpan<byte> body, int offset, SettingsScope scope, string file)
    {
        private readonly ReadOnlySpan<byte> _body = body;
        private Utf8JsonReader _reader = new(body, Options);
        private int _counted;
        private int _line = 1;

        public bool Read() => _reader.Read();

        public SettingsNode ReadValue(int nameStart, int index)
        {
            var start = Position;
            var origin = new SettingsOrigin(scope, file, Line());
            switch (_reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    var value = SettingsNode.Object(origin, nameStart, start, index);
                    while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
                    {
                        var name = Text();
                        var memberStart = Position;
                        _reader.Read();
                        var member = ReadValue(memberStart, index: 0);
                        if (!IsDangerous(name))
                        {
                            value.Members[name] = member;
                        }
                    }

                    value.End = offset + (int)_reader.BytesConsumed;
                    return value;
                case JsonTokenType.StartArray:
                    var array = SettingsNode.Array(origin, nameStart, start, index);
                    while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                    {
                        array.Items.Add(ReadValue(nameStart: 0, array.Items.Count));
                    }

                    array.End = offset + (int)_reader.BytesConsumed;
                    return array;
                default:
                    var (kind, text) = _reader.TokenType switch
                    {
                        JsonTokenType.String => (JsonValueKind.String, Text()),
                        JsonTokenType.Number => (JsonValueKind.Number, System.Text.Encoding.UTF8.GetString(_reader.ValueSpan)),
                        JsonTokenType.True => (JsonValueKind.True, string.Empty),
                        JsonTokenType.False => (JsonValueKind.False, string.Empty),
                        _ => (JsonValueKind.Null, string.Empty),
                    };
                    return SettingsNode.Scalar(kind, text, origin, nameStart, start, offset + (int)_reader.BytesConsumed, index);
            }
        }

        private readonly int Position => offset + (int)_reader.TokenStartIndex;

        /// <summary>
        /// Gives a string, also one that is no sound UTF-16, which the reader would refuse with an error of another kind.
        /// </summary>
        private readonly string Text()
        {
            try
            {
                return _reader.GetString() ?? string.Empty;
            }
            catch (InvalidOperationException exception)
            {
                throw new JsonException("a string holds characters that are not valid Unicode", null, _line - 1, 0, exception);
            }
        }

        private int Line()
        {
            var start = (int)_reader.TokenStartIndex;
            _line += System.MemoryExtensions.Count(_body[_counted..start], (byte)'\n');
            _counted = start;
            return _line;
        }
    }
}
