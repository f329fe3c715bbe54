using QwenCode.Plugins.Loading;
using QwenCode.Tools;

namespace QwenCode.Plugins.Reports;

/// <summary>One plugin as it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; empty if it is not known.</param>
/// <param name="Origin">Whose it is.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Tools">The tools it brings.</param>
/// <param name="Faults">What is wrong with it.</param>
/// <param name="LoadTime">How long its assembly took to load, if it is loaded.</param>
public sealed record PluginReport(
    string Name,
    string Version,
    PluginOrigin Origin,
    string Folder,
    PluginState State,
    IReadOnlyList<ToolDeclaration> Tools,
    IReadOnlyList<PluginFault> Faults,
    TimeSpan? LoadTime)
{
    /// <summary>Gets the name of the loader it is loaded with.</summary>
    /// <value><see cref="PluginLoaders.Own"/>.</value>
    public string Loader { get; init; } = PluginLoaders.Own;
}
