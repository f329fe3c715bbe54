namespace QwenCode.Permissions.Shell;

/// <summary>How a character of a word is written, which decides how the shell expands it.</summary>
internal enum WordCharKind : byte
{
    /// <summary>Unquoted: may be a wildcard, a brace or a tilde.</summary>
    Plain,

    /// <summary>Quoted or escaped: never a wildcard.</summary>
    Quoted,

    /// <summary>An expansion with an unknown value, which the shell splits into words.</summary>
    Dynamic,

    /// <summary>An expansion with an unknown value, inside double quotes.</summary>
    DynamicQuoted,
}

/// <summary>One character of a word; for an expansion, the index of the name of its variable, or <see cref="NoVariable"/>.</summary>
internal readonly record struct WordChar(char Value, WordCharKind Kind)
{
    public const char NoVariable = '\uffff';

    public bool IsDynamic => Kind >= WordCharKind.Dynamic;

    public bool IsPlain(char value) => Kind is WordCharKind.Plain && Value == value;
}

/// <summary>A word as the shell parses it, without quotes, with what is known about each character.</summary>
internal sealed class ShellWord(WordChar[] chars, ShellNode[] substitutions, string[] variables, bool isQuoted, bool hidesCode)
{
    /// <summary>The name of an expansion that is always a number: a count, a length, an exit code, or the shell's process.</summary>
    public const string Number = "#";

    /// <summary>A word of unknown value.</summary>
    public static ShellWord Unknown { get; } = new([new WordChar(WordChar.NoVariable, WordCharKind.Dynamic)], [], [], false, false);

    public WordChar[] Chars => chars;

    /// <summary>Gets the scripts of command and process substitutions in the word.</summary>
    public ShellNode[] Substitutions => substitutions;

    public string[] Variables => variables;

    /// <summary>
    /// Gets whether any part is quoted. A quoted word is not a keyword, and a quoted here-document delimiter keeps the body literal.
    /// </summary>
    public bool IsQuoted => isQuoted;

    /// <summary>
    /// Gets whether expanding the word can run code that is not in the text, such as arithmetic on a variable or <c>${x@P}</c>.
    /// </summary>
    public bool HidesCode => hidesCode;

    public bool IsDynamic { get; } = Array.Exists(chars, static c => c.IsDynamic);

    public bool HasGlob { get; } = Array.Exists(chars, static c => c.Kind is WordCharKind.Plain && c.Value is '*' or '?' or '[');

    public bool HasTilde => chars.Length > 0 && chars[0].IsPlain('~');

    public bool HasSubstitution => substitutions.Length > 0 || hidesCode;

    /// <summary>Gets the text without expansions.</summary>
    public string Text { get; } = string.Concat(chars.Where(static c => !c.IsDynamic).Select(static c => c.Value));

    /// <summary>Gets the text for display: expansions appear as the name of their variable, or as dots.</summary>
    public string Shown =>
        string.Concat(chars.Select(c =>
        !c.IsDynamic ? c.Value.ToString() : c.Value < variables.Length ? $"${variables[c.Value]}" : "$(…)"));

    /// <summary>Gets the text if every character is known; <c>null</c> otherwise. Wildcards count as characters.</summary>
    public string? Literal => IsDynamic ? null : Text;

    public static ShellWord Of(string text) =>
        new([.. text.Select(static c => new WordChar(c, WordCharKind.Quoted))], [], [], true, false);

    /// <summary>Returns the word without its first characters.</summary>
    public ShellWord Skip(int count) => new(chars[Math.Min(count, chars.Length)..], substitutions, variables, isQuoted, hidesCode);

    /// <summary>Returns the first characters of the word.</summary>
    public ShellWord Take(int count) => new(chars[..Math.Min(count, chars.Length)], substitutions, variables, isQuoted, hidesCode);

    /// <summary>Returns a script equal to the value of the word. Each expansion becomes a variable that is not set.</summary>
    public string ToScript() => string.Concat(chars.Select(static c => c.IsDynamic ? "${_}" : c.Value.ToString()));

    public bool StartsWith(char value) => chars.Length > 0 && !chars[0].IsDynamic && chars[0].Value == value;
}
