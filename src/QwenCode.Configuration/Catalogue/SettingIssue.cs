namespace QwenCode.Configuration.Catalogue;

/// <summary>Something in a settings file that does not do what whoever wrote it expects. It never holds a value.</summary>
/// <param name="Kind">What is the matter.</param>
/// <param name="Origin">Where it stands.</param>
/// <param name="Key">The dotted key, with the positions of items: <c>modelProviders.openai[0].id</c>.</param>
/// <param name="Message">What is the matter and what to do.</param>
public sealed record SettingIssue(SettingIssueKind Kind, SettingsOrigin Origin, string Key, string Message)
{
    /// <summary>Gets the one line that is shown.</summary>
    public override string ToString() => $"{Origin}: {Message}";
}
