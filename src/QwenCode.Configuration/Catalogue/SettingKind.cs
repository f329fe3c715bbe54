namespace QwenCode.Configuration.Catalogue;

/// <summary>The kinds of values that a setting takes; a setting may take several.</summary>
[Flags]
public enum SettingKind
{
    /// <summary>None: the key groups others.</summary>
    None = 0,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean = 1,

    /// <summary>A string.</summary>
    Text = 2,

    /// <summary>A number.</summary>
    Number = 4,

    /// <summary>A number without a fraction.</summary>
    Whole = 8,

    /// <summary>A list of strings; a lone string is a list of one.</summary>
    List = 16,

    /// <summary>An array of anything.</summary>
    Items = 32,

    /// <summary>An object.</summary>
    Map = 64,
}
