namespace QwenCode.Plugins.Metadata;

/// <summary>What can be known of an assembly without loading it.</summary>
/// <param name="Name">Its simple name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Mvid">The id of this very build.</param>
/// <param name="Contract">The version of the contract it was built against; <c>null</c> if it does not reference it.</param>
/// <param name="ToolTypes">The full names of the types that carry tool marks, in the order of the file.</param>
internal sealed record PluginMetadata(string Name, Version Version, Guid Mvid, Version? Contract, IReadOnlyList<string> ToolTypes);
