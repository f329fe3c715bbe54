namespace QwenCode.Plugins.Discovery;

/// <summary>A folder that may hold a plugin.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Origin">Whose it is.</param>
/// <param name="Stamp">The state of its files; zero for shipped ones, which do not change.</param>
internal sealed record FoundFolder(string Path, PluginOrigin Origin, FolderStamp Stamp);
