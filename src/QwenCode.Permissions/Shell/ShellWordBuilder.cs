namespace QwenCode.Permissions.Shell;

/// <summary>Builds a word while it is parsed.</summary>
internal sealed class ShellWordBuilder
{
    private readonly List<WordChar> _chars = [];
    private readonly List<ShellNode> _substitutions = [];
    private readonly List<string> _variables = [];

    public bool IsQuoted { get; set; }

    public bool HidesCode { get; set; }

    public bool IsEmpty => _chars.Count == 0 && !IsQuoted;

    public WordChar? Last => _chars.Count == 0 ? null : _chars[^1];

    public void Plain(char value) => _chars.Add(new WordChar(value, WordCharKind.Plain));

    public void Quoted(char value) => _chars.Add(new WordChar(value, WordCharKind.Quoted));

    public void Dynamic(bool inQuotes, string? variable = null)
    {
        var index = WordChar.NoVariable;
        if (variable is not null && _variables.Count < WordChar.NoVariable)
        {
            index = (char)_variables.Count;
            _variables.Add(variable);
        }

        _chars.Add(new WordChar(index, inQuotes ? WordCharKind.DynamicQuoted : WordCharKind.Dynamic));
    }

    public void Substitute(ShellNode script, bool inQuotes)
    {
        _substitutions.Add(script);
        Dynamic(inQuotes);
    }

    /// <summary>Takes over the substitutions of another word, not its text.</summary>
    public void Adopt(ShellWordBuilder other)
    {
        _substitutions.AddRange(other._substitutions);
        HidesCode |= other.HidesCode;
    }

    public ShellWord Build() => new([.. _chars], [.. _substitutions], [.. _variables], IsQuoted, HidesCode);
}
