namespace QwenCode.Configuration.Catalogue;

/// <summary>One setting: its name, what it takes, and whether it has an effect here.</summary>
/// <param name="Key">The dotted key. <c>*</c> stands for any name, <c>[]</c> for each item of an array.</param>
/// <param name="Kind">The kinds of values it takes.</param>
/// <param name="Default">The value if no file says anything, as JSON; <c>null</c> if there is none.</param>
/// <param name="Text">What it does; for a setting without effect why it has none, and what to use instead.</param>
/// <param name="IsHonoured">Whether it has an effect.</param>
public sealed record SettingKey(string Key, SettingKind Kind, string? Default, string Text, bool IsHonoured)
{
    /// <summary>Gets the only values that a string may have.</summary>
    /// <value>The default, an empty list, allows any.</value>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Gets the least number.</summary>
    /// <value>The default, <c>null</c>, sets no bound.</value>
    public double? Least { get; init; }

    /// <summary>Gets the greatest number.</summary>
    /// <value>The default, <c>null</c>, sets no bound.</value>
    public double? Most { get; init; }

    /// <summary>Gets the environment variable that counts more than the files.</summary>
    /// <value>The default, <c>null</c>, is none.</value>
    public string? Variable { get; init; }

    /// <summary>Gets whether the value is never printed.</summary>
    /// <value>The default is false.</value>
    public bool IsSecret { get; init; }

    /// <summary>Gets whether a project's own file cannot set it.</summary>
    /// <value>The default is false.</value>
    public bool IsPersonal { get; init; }

    /// <summary>Gets the value, as JSON, that describes what happens in any case; a file that holds it is not wrong.</summary>
    /// <value>The default, <c>null</c>, is none. Only a setting without effect has one.</value>
    public string? Always { get; init; }

    /// <summary>Gets the name of the group, the first part of the key.</summary>
    public string Group => Key.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? Key[..dot] : Key;
}
