using System.Text;
using System.Text.Json;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Editing;

/// <summary>
/// Changes single values of a JSON text and leaves every other byte, comments and layout included, as it was; only commas behind the
/// last of something go.
/// </summary>
internal static class JsonEditor
{
    private const string IndentUnit = "  ";

    /// <summary>Sets a value; objects on the way to it are created.</summary>
    /// <exception cref="SettingsException">The text cannot be read, or something on the way is no object.</exception>
    public static byte[] Set(byte[] content, SettingsScope scope, string file, ReadOnlySpan<string> path, ReadOnlySpan<byte> value)
    {
        content = WithoutTrailingCommas(content);
        var root = Read(content, scope, file);
        var container = root;
        for (var depth = 0; depth < path.Length; depth++)
        {
            if (container.Member(path[depth]) is not { } member)
            {
                return Insert(content, container, Nest(path[depth..], value));
            }

            if (depth == path.Length - 1)
            {
                return Splice(content, member.Start, member.End, Indent(Pretty(value), IndentAt(content, member.NameStart), content));
            }

            container = member.IsObject ? member : throw NoObject(member, path, depth, file);
        }

        return content;
    }

    /// <summary>Adds texts to a list, those that are not in it yet; the list is created where there is none.</summary>
    /// <exception cref="SettingsException">The text cannot be read, or what is there is no list.</exception>
    public static byte[] Append(byte[] content, SettingsScope scope, string file, ReadOnlySpan<string> path, IReadOnlyList<string> texts)
    {
        content = WithoutTrailingCommas(content);
        foreach (var text in texts)
        {
            var list = Find(Read(content, scope, file), path, file);
            if (list is null)
            {
                content = Set(content, scope, file, path, Write(text, asList: true));
                continue;
            }

            if (!list.IsArray)
            {
                throw new SettingsException(
                    file, list.Origin.Line, string.Join('.', path!), $"must be an array, but is {SettingsKinds.Describe(list.Kind)}.");
            }

            if (!list.Items.Exists(item => item.Kind == JsonValueKind.String && item.Text == text))
            {
                content = Insert(content, list, Write(text, asList: false));
            }
        }

        return content;
    }

    /// <summary>Takes a value out; does nothing where there is none.</summary>
    public static byte[] Remove(byte[] content, SettingsScope scope, string file, ReadOnlySpan<string> path)
    {
        content = WithoutTrailingCommas(content);

        // A name may be there twice, and then the last counts: taking out only that one would bring the other to life.
        while (true)
        {
            var root = Read(content, scope, file);
            var parent = path.Length == 1 ? root : Find(root, path[..^1], file);
            if (parent?.Member(path[^1]) is not { } member)
            {
                return content;
            }

            var start = member.NameStart;
            var end = member.End;
            if (PreviousEnd(parent, member) is { } previous)
            {
                start = SkipToComma(content, previous);
            }
            else if (content[SkipToComma(content, end)] == (byte)',')
            {
                end = SkipToComma(content, end) + 1;
            }

            content = Splice(content, start, end, []);
        }
    }

    private static SettingsNode Read(byte[] content, SettingsScope scope, string file)
    {
        try
        {
            var root = SettingsReader.Parse(content, scope, file);
            SettingsFile.RequireObject(root, file);
            return root;
        }
        catch (JsonException exception)
        {
            throw new SettingsException(file, SettingsFile.LineOf(exception), null,
                $"is not valid JSON ({SettingsFile.Reason(exception)}), so it was left alone. Repair it and try again.", exception);
        }
    }

    private static SettingsNode? Find(SettingsNode root, ReadOnlySpan<string> path, string file)
    {
        var node = root;
        for (var depth = 0; depth < path.Length; depth++)
        {
            if (!node.IsObject)
            {
                throw NoObject(node, path, depth - 1, file);
            }

            if (node.Member(path[depth]) is not { } member)
            {
                return null;
            }

            node = member;
        }

        return node;
    }

    private static SettingsException NoObject(SettingsNode node, ReadOnlySpan<string> path, int depth, string file) =>
        new(file, node.Origin.Line, string.Join('.', path[..(depth + 1)]!),
            $"must be an object, but is {SettingsKinds.Describe(node.Kind)}.");

    /// <summary>Puts a member or an item behind the last one of its container.</summary>
    private static byte[] Insert(byte[] content, SettingsNode container, byte[] text)
    {
        if (container.End == 0)
        {
            // The file was empty.
            return [.. "{\n"u8, .. Encoding.UTF8.GetBytes(IndentUnit), .. Indent(text, IndentUnit, content), .. "\n}\n"u8];
        }

        var newLine = content.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        var close = container.End - 1;
        var outer = IndentAt(content, container.NameStart > 0 ? container.NameStart : container.Start);
        if (Last(container) is not { } last)
        {
            // Comments may stand in there; the new text comes behind them, on a line of its own.
            var start = TrimEnd(content, close);
            var inner = outer + IndentUnit;
            return Splice(content, start, close,
                [.. Encoding.UTF8.GetBytes(newLine + inner), .. Indent(text, inner, content), .. Encoding.UTF8.GetBytes(newLine + outer)]);
        }

        if (content.AsSpan(last.End, close - last.End).IndexOf((byte)'\n') < 0)
        {
            return Splice(content, last.End, last.End, [.. ", "u8, .. Indent(text, outer, content)]);
        }

        var indent = IndentAt(content, last.NameStart > 0 ? last.NameStart : last.Start);
        var end = TrimEnd(content, close);
        var withText = Splice(content, end, end, [.. Encoding.UTF8.GetBytes(newLine + indent), .. Indent(text, indent, content)]);
        return Splice(withText, last.End, last.End, ","u8);
    }

    private static SettingsNode? Last(SettingsNode container)
    {
        SettingsNode? last = container.Items.Count > 0 ? container.Items[^1] : null;
        foreach (var member in container.Members.Values)
        {
            last = last is null || member.End > last.End ? member : last;
        }

        return last;
    }

    private static int? PreviousEnd(SettingsNode parent, SettingsNode member)
    {
        int? previous = null;
        foreach (var other in parent.Members.Values)
        {
            if (other.End <= member.NameStart && (previous is null || other.End > previous))
            {
                previous = other.End;
            }
        }

        return previous;
    }

    /// <summary>Gives the position of the next comma or closing bracket, past white space and comments.</summary>
    private static int SkipToComma(byte[] content, int position)
    {
        while (position < content.Length)
        {
            if (content[position] is (byte)',' or (byte)'}' or (byte)']')
            {
                return position;
            }

            var rest = content.AsSpan(position);
            position += rest.StartsWith("//"u8) ? Math.Max(rest.IndexOf((byte)'\n'), 1)
                : rest.StartsWith("/*"u8) ? rest.IndexOf("*/"u8) + 2
                : 1;
        }

        return content.Length - 1;
    }

    /// <summary>Takes out commas behind which nothing follows but a closing bracket, spaces and comments.</summary>
    private static byte[] WithoutTrailingCommas(byte[] content)
    {
        List<byte>? cut = null;
        var comma = -1;
        var copied = 0;
        for (var i = 0; i < content.Length; i++)
        {
            switch (content[i])
            {
                case (byte)'"':
                    i++;
                    while (i < content.Length && content[i] != '"')
                    {
                        i += content[i] == '\\' ? 2 : 1;
                    }

                    comma = -1;
                    break;
                case (byte)'/':
                    var rest = content.AsSpan(i);
                    var end = rest.StartsWith("//"u8) ? rest.IndexOf((byte)'\n') : rest.StartsWith("/*"u8) ? rest.IndexOf("*/"u8) + 1 : 0;
                    i = end < 0 ? content.Length : i + end;
                    break;
                case (byte)',':
                    comma = i;
                    break;
                case (byte)'}' or (byte)']' when comma >= 0:
                    (cut ??= []).AddRange(content[copied..comma]);
                    copied = comma + 1;
                    comma = -1;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                default:
                    comma = -1;
                    break;
            }
        }

        return cut is null ? content : [.. cut, .. content[copied..]];
    }

    private static byte[] Nest(ReadOnlySpan<string> path, ReadOnlySpan<byte> value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, SettingsNode.Readable))
        {
            writer.WriteStartObject();
            for (var i = 0; i < path.Length - 1; i++)
            {
                writer.WriteStartObject(path[i]);
            }

            writer.WritePropertyName(path[^1]);
            WriteValue(writer, value);
            for (var i = 0; i < path.Length; i++)
            {
                writer.WriteEndObject();
            }
        }

        // The member alone: without the outer braces and one level less deep.
        var lines = Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n").Split('\n')[1..^1];
        return Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(static line => line[IndentUnit.Length..])));
    }

    private static byte[] Pretty(ReadOnlySpan<byte> value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, SettingsNode.Readable))
        {
            WriteValue(writer, value);
        }

        return stream.ToArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, ReadOnlySpan<byte> value) =>
        SettingsReader.Parse(value, SettingsScope.BuiltIn, SettingsDefaults.File).WriteTo(writer);

    private static byte[] Write(string text, bool asList)
    {
        var origin = new SettingsOrigin(SettingsScope.BuiltIn, SettingsDefaults.File, 0);
        var node = SettingsNode.Scalar(JsonValueKind.String, text, origin);
        if (!asList)
        {
            return node.ToUtf8(SettingsNode.Readable);
        }

        var list = SettingsNode.Array(origin);
        list.Items.Add(node);
        return list.ToUtf8(SettingsNode.Readable);
    }

    private static byte[] Indent(byte[] text, string indent, byte[] content)
    {
        var newLine = content.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ReplaceLineEndings(newLine + indent));
    }

    /// <summary>Gives the white space the line of a position begins with.</summary>
    private static string IndentAt(byte[] content, int position)
    {
        var start = content.AsSpan(0, position).LastIndexOf((byte)'\n') + 1;
        var end = start;
        while (end < position && content[end] is (byte)' ' or (byte)'\t')
        {
            end++;
        }

        return Encoding.UTF8.GetString(content, start, end - start);
    }

    private static int TrimEnd(byte[] content, int end)
    {
        while (end > 0 && content[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            end--;
        }

        return end;
    }

    private static byte[] Splice(byte[] content, int start, int end, ReadOnlySpan<byte> text) =>
        [.. content.AsSpan(0, start), .. text, .. content.AsSpan(end)];
}
