using System.Globalization;

namespace QwenCode.Definitions.Markdown;

/// <summary>A value of front matter: a text, a list or a map, and the line it begins on.</summary>
internal sealed class FrontMatterValue
{
    private FrontMatterValue(int line) => Line = line;

    public int Line { get; }

    /// <summary>Gets a scalar's text, quotes and escapes resolved.</summary>
    public string? Text { get; private init; }

    /// <summary>Gets whether the scalar was quoted or a block, so that it is text whatever it looks like.</summary>
    public bool IsQuoted { get; private init; }

    public List<FrontMatterValue>? Items { get; private init; }

    public Dictionary<string, FrontMatterValue>? Members { get; private init; }

    public bool IsNull => Text is "null" or "~" or "" && !IsQuoted;

    public bool IsNumber => Text is not null && !IsQuoted && Number is not null;

    public bool IsBoolean => Text is "true" or "false" && !IsQuoted;

    /// <summary>Gets whether the value is a text and neither a number, a boolean nor nothing.</summary>
    public bool IsString => Text is not null && !IsNull && !IsNumber && !IsBoolean;

    public double? Number =>
        double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>Gets the word for the kind of value in messages.</summary>
    public string Kind => Items is not null ? "a list" : Members is not null ? "a map" : IsNull ? "null" : IsNumber ? "a number" : IsBoolean
        ? "a boolean" : "a string";

    public static FrontMatterValue Scalar(string text, bool isQuoted, int line) => new(line) { Text = text, IsQuoted = isQuoted };

    public static FrontMatterValue List(int line) => new(line) { Items = [] };

    public static FrontMatterValue Map(int line) => new(line) { Members = new(StringComparer.Ordinal) };

    /// <summary>Shows the value without lines, so that two readings can be compared.</summary>
    public override string ToString() =>
        Items is not null ? $"[{string.Join(", ", Items)}]"
        : Members is not null ? $"{{{string.Join(", ", Members.Select(static member => $"{member.Key}: {member.Value}"))}}}"
        : IsNull ? "null"
        : $"{(IsNumber || IsBoolean ? string.Empty : "s:")}<{Text}>";
}
