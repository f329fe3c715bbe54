using QwenCode.Plugin.FileSystem.Files;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>One edit as it was asked for.</summary>
/// <param name="Place">The file.</param>
/// <param name="OldText">What to replace; empty to create the file.</param>
/// <param name="NewText">What to put there.</param>
/// <param name="ReplaceAll">Whether every occurrence is meant.</param>
internal sealed record EditRequest(SettledPath Place, string OldText, string NewText, bool ReplaceAll)
{
    /// <summary>Gets the absolute path as it was asked for.</summary>
    public string Path => Place.Path;
}
