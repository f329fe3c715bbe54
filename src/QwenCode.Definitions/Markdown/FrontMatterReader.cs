namespace QwenCode.Definitions.Markdown;

/// <summary>Reads front matter.</summary>
/// <remarks>
/// A value on its key's line is read to the end of the line, as earlier programs do it: <c>description: fix bug #12: now</c> keeps
/// everything, though YAML would end it early or refuse it. What takes more than that — flow and block collections, quotes, block
/// scalars — is YAML. The plain cases of it are read here, because the YAML library alone costs more than all other work at start;
/// the rest goes to that library.
/// </remarks>
internal static class FrontMatterReader
{
    /// <param name="lines">The lines between those of <c>---</c>.</param>
    /// <param name="firstLine">The number of the first.</param>
    /// <param name="faults">Takes what cannot be read.</param>
    /// <param name="isKey">Tells keys from other words; <c>null</c> takes every word before a colon for one.</param>
    public static List<FrontMatterEntry> Read(
        string[] lines, int firstLine, ICollection<MarkdownFault> faults, Func<string, bool>? isKey = null)
    {
        var anchors = new Dictionary<string, FrontMatterValue>(StringComparer.Ordinal);
        var entries = new List<FrontMatterEntry>();
        var problems = new List<MarkdownFault>();
        for (var i = 0; i < lines.Length;)
        {
            if (IsBlankOrComment(lines[i]))
            {
                i++;
                continue;
            }

            var end = i + 1;
            while (end < lines.Length && IsContinuation(lines[end]))
            {
                end++;
            }

            if (ReadEntry(lines[i..end], firstLine + i, anchors, problems) is { } entry)
            {
                entries.Add(entry);
            }

            i = end;
        }

        if (problems.Count == 0)
        {
            return entries;
        }

        // The parts make no sense one by one; as a whole they may: anchors, a flow map, complex keys.
        if (YamlReader.Read(string.Join('\n', lines), firstLine, out _) is { Members: { } members })
        {
            return [.. members.Select(
                static member => new FrontMatterEntry(member.Key, member.Value.IsNull ? null : member.Value, string.Empty))];
        }

        if (isKey is not null && ReadTexts(lines, firstLine, isKey) is { } texts)
        {
            return texts;
        }

        foreach (var problem in problems)
        {
            faults.Add(problem);
        }

        return entries;
    }

    /// <summary>
    /// Reads entries whose texts go on at the beginning of the next lines, as generators of agent files write them: only a known key
    /// ends a text. <c>null</c> if that makes no sense either.
    /// </summary>
    private static List<FrontMatterEntry>? ReadTexts(string[] lines, int firstLine, Func<string, bool> isKey)
    {
        var entries = new List<FrontMatterEntry>();
        var anchors = new Dictionary<string, FrontMatterValue>(StringComparer.Ordinal);
        var problems = new List<MarkdownFault>();
        for (var i = Array.FindIndex(lines, static line => !IsBlankOrComment(line)); i >= 0 && i < lines.Length;)
        {
            var end = i + 1;
            while (end < lines.Length && !BeginsEntry(lines[end]))
            {
                end++;
            }

            var isText = Array.Exists(lines[(i + 1)..end], static line => !IsContinuation(line));
            if (!BeginsEntry(lines[i])
                || (isText ? ReadText(lines[i..end], firstLine + i) : ReadEntry(lines[i..end], firstLine + i, anchors, problems))
                is not { } entry)
            {
                return null;
            }

            entries.Add(entry);
            i = end;
        }

        return entries;

        bool BeginsEntry(string line) => line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && isKey(line[..colon]);
    }

    private static FrontMatterEntry ReadText(string[] lines, int line)
    {
        var colon = lines[0].IndexOf(':', StringComparison.Ordinal);
        var first = lines[0][(colon + 1)..].Trim();
        var text = string.Join('\n', lines[1..].Prepend(first is "|" or ">" or "|-" or ">-" ? string.Empty : first)).Trim();
        text = text is ['"', .., '"'] or ['\'', .., '\''] ? text[1..^1].Trim() : text;
        return new(lines[0][..colon], FrontMatterValue.Scalar(text, isQuoted: true, line), string.Join('\n', lines).TrimEnd());
    }

    private static FrontMatterEntry? ReadEntry(
        string[] lines, int line, Dictionary<string, FrontMatterValue> anchors, List<MarkdownFault> problems)
    {
        var colon = lines[0].IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || char.IsWhiteSpace(lines[0][0]) || lines[0].StartsWith("- ", StringComparison.Ordinal)
            || lines[0][0] is '{' or '[' or '?' or '&' or '*')
        {
            problems.Add(new(line, "Expected 'key: value' at the beginning of the line."));
            return null;
        }

        var key = lines[0][..colon].Trim();
        key = PlainScalars.Unquote(key) ?? key;
        var rest = lines[0][(colon + 1)..].Trim();
        var raw = string.Join('\n', lines).TrimEnd();
        var hasMore = Array.FindIndex(lines, 1, static text => !IsBlankOrComment(text)) > 0;
        if (!hasMore)
        {
            return new(key, rest.Length == 0 ? null : ReadLine(key, rest, line, anchors), raw);
        }

        if ((rest.Length == 0 || rest[0] == '#') && (ReadList(lines, line) ?? ReadMap(lines, line)) is { } plain)
        {
            return new(key, plain, raw);
        }

        var yaml = YamlReader.Read(raw, line, out var fault, anchors);
        if (yaml?.Members is { Count: 1 } members)
        {
            var value = members.Values.First();
            return new(key, value.IsNull ? null : value, raw);
        }

        problems.Add(fault ?? new(line, $"The value of '{key}' cannot be read as YAML."));
        return null;
    }

    private static FrontMatterValue ReadLine(string key, string rest, int line, Dictionary<string, FrontMatterValue> anchors)
    {
        if (rest[0] is '*' && anchors.TryGetValue(Anchor(rest, out var behind), out var target)
            && (behind.Length == 0 || behind[0] == '#'))
        {
            return target;
        }

        // A value has one anchor at most; what begins like a second one is text.
        if (rest[0] is '&' && Anchor(rest, out var anchored) is { Length: > 0 } anchor && anchored.Length > 0)
        {
            return anchors[anchor] = anchored[0] is '&'
                ? FrontMatterValue.Scalar(anchored, isQuoted: false, line) : ReadLine(key, anchored, line, anchors);
        }

        if (PlainScalars.Unquote(rest) is { } quoted)
        {
            return FrontMatterValue.Scalar(quoted, isQuoted: true, line);
        }

        // Only these can begin something that is more than the text of the line.
        if (rest[0] is '[' or '{' or '"' or '\'' or '|' or '>')
        {
            if (PlainScalars.FlowList(rest, line) is { } list)
            {
                return list;
            }

            var name = key.Contains('"', StringComparison.Ordinal) ? "key" : $"\"{key}\"";
            if (YamlReader.Read($"{name}: {rest}", line, out _, anchors)?.Members is { Count: 1 } members)
            {
                return members.Values.First();
            }
        }

        return FrontMatterValue.Scalar(rest, isQuoted: false, line);
    }

    /// <summary>Returns the name behind the first character, and what comes behind the name.</summary>
    private static string Anchor(string rest, out string behind)
    {
        var end = rest.AsSpan().IndexOfAny(' ', '\t');
        behind = end < 0 ? string.Empty : rest[end..].Trim();
        return end < 0 ? rest[1..] : rest[1..end];
    }

    private static FrontMatterValue? ReadList(string[] lines, int line)
    {
        var list = FrontMatterValue.List(line);
        var indent = -1;
        for (var i = 1; i < lines.Length; i++)
        {
            if (IsBlankOrComment(lines[i]))
            {
                continue;
            }

            var depth = IndentOf(lines[i]);
            var text = lines[i].Trim();
            if (depth < 0 || (indent >= 0 && depth != indent) || !text.StartsWith("- ", StringComparison.Ordinal)
                || PlainScalars.Item(text[2..].Trim(), line + i) is not { } item)
            {
                return null;
            }

            indent = depth;
            list.Items!.Add(item);
        }

        return list;
    }

    private static FrontMatterValue? ReadMap(string[] lines, int line)
    {
        var map = FrontMatterValue.Map(line);
        var indent = -1;
        for (var i = 1; i < lines.Length; i++)
        {
            if (IsBlankOrComment(lines[i]))
            {
                continue;
            }

            var depth = IndentOf(lines[i]);
            var text = lines[i].Trim();
            var colon = text.IndexOf(": ", StringComparison.Ordinal);
            if (depth <= 0 || (indent >= 0 && depth != indent) || colon <= 0 || !PlainScalars.IsPlain(text[..colon])
                || PlainScalars.Item(text[(colon + 2)..].Trim(), line + i) is not { } value
                || !map.Members!.TryAdd(text[..colon].TrimEnd(), value))
            {
                return null;
            }

            indent = depth;
        }

        return map;
    }

    private static bool IsBlankOrComment(string line)
    {
        var text = line.AsSpan().Trim();
        return text.IsEmpty || text[0] == '#';
    }

    private static bool IsContinuation(string line) =>
        IsBlankOrComment(line) || line[0] is ' ' or '\t' or ']' or '}' || line == "-" || line.StartsWith("- ", StringComparison.Ordinal);

    /// <summary>Counts the spaces a line begins with; a tab is never the same depth as anything, since YAML forbids it there.</summary>
    private static int IndentOf(string line)
    {
        var indent = 0;
        while (indent < line.Length && line[indent] == ' ')
        {
            indent++;
        }

        return indent < line.Length && line[indent] == '\t' ? int.MinValue : indent;
    }
}
