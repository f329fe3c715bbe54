namespace QwenCode.Configuration.Catalogue;

/// <summary>Writes rows of the table.</summary>
internal static class Row
{
    public const SettingKind Flag = SettingKind.Boolean;
    public const SettingKind Text = SettingKind.Text;
    public const SettingKind Number = SettingKind.Number;
    public const SettingKind Whole = SettingKind.Whole;
    public const SettingKind List = SettingKind.List;
    public const SettingKind Items = SettingKind.Items;
    public const SettingKind Map = SettingKind.Map;

    /// <summary>Describes a setting that has an effect.</summary>
    public static SettingKey Read(string key, SettingKind kind, string? standard, string text) => new(key, kind, standard, text, true);

    /// <summary>Describes a setting that other versions know and that has no effect here.</summary>
    public static SettingKey Unread(string key, SettingKind kind, string? standard, string text) => new(key, kind, standard, text, false);
}
