namespace QwenCode.Plugin.Search.Grep;

/// <content>Groups, and references to them.</content>
internal sealed partial class LineShape
{
    private readonly List<Node?> _groups = [];
    private readonly Dictionary<string, Node> _namedGroups = new(StringComparer.Ordinal);

    private Node Group(int depth)
    {
        var (isLook, number) = (false, -1);
        var name = string.Empty;
        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            var rest = _pattern.AsSpan(_at);
            isLook = rest.StartsWith("?=") || rest.StartsWith("?!") || rest.StartsWith("?<=") || rest.StartsWith("?<!");
            _at += rest.StartsWith("?:") ? 2
                : isLook ? (rest[1] == '<' ? 3 : 2)
                : rest.StartsWith("?<") && rest.IndexOf('>') is var end and > 2 && rest[2..end].IndexOf('-') < 0 ? end + 1
                : throw Unknown();
            name = !isLook && rest[1] == '<' ? rest[2..rest.IndexOf('>')].ToString() : name;
        }
        else
        {
            number = _groups.Count;
            _groups.Add(null);
        }

        var inner = Alternatives(depth + 1);
        if (_at >= _pattern.Length || _pattern[_at++] != ')')
        {
            throw Unknown();
        }

        if (number >= 0)
        {
            _groups[number] = inner;
        }
        else if (name.Length > 0)
        {
            _namedGroups[name] = inner;
        }

        return isLook ? new Node.All([]) : inner;
    }

    // What a reference repeats looks like its group. One that has not ended here may hold anything, and so may those that share a name,
    // and a number beside names, which count differently.
    private Node Reference(char first)
    {
        var anything = new Node.Many(new Node.One(AllButNewline), 0, int.MaxValue);
        if (first == 'k')
        {
            var end = _at < _pattern.Length && _pattern[_at] == '<' ? _pattern.IndexOf('>', _at) : throw Unknown();
            var name = end < 0 ? throw Unknown() : _pattern[(_at + 1)..end];
            _at = end + 1;
            var group = $"(?<{name}>";
            var isOnlyOne = _pattern.IndexOf(group, StringComparison.Ordinal) == _pattern.LastIndexOf(group, StringComparison.Ordinal);
            return isOnlyOne ? _namedGroups.GetValueOrDefault(name, anything) : anything;
        }

        if (_at < _pattern.Length && char.IsAsciiDigit(_pattern[_at]))
        {
            throw Unknown();
        }

        return _pattern.Contains("(?<", StringComparison.Ordinal) ? anything : _groups.ElementAtOrDefault(first - '1') ?? anything;
    }
}
