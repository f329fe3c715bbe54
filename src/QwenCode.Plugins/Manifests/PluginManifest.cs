using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Manifests;

/// <summary>What a plugin's folder says of it, so that its tools can be listed without loading it.</summary>
internal sealed record PluginManifest
{
    public const string FileName = "plugin.json";

    /// <summary>The version of the file's form that is written; older and equal ones are read.</summary>
    public const int FormatVersion = 1;

    public required string Name { get; init; }

    public string Version { get; init; } = string.Empty;

    /// <summary>Gets the assembly's file name; always directly in the plugin's folder.</summary>
    public required string Assembly { get; init; }

    /// <summary>Gets the contract it was built against; <c>null</c> if the file does not say.</summary>
    public Version? Contract { get; init; }

    /// <summary>
    /// Gets the build of the assembly the manifest describes; <c>null</c> in a manifest written by hand, which is then believed.
    /// </summary>
    public AssemblyStamp? Stamp { get; init; }

    public IReadOnlyList<PluginToolEntry> Tools { get; init; } = [];

    /// <summary>Gets what else the tools depend on, as <see cref="FolderInputs"/> sees it; only in manifests the host made.</summary>
    public string? Inputs { get; init; }

    /// <summary>Gets what was set by hand for single tools.</summary>
    public IReadOnlyList<ToolSetting> Settings { get; init; } = [];

    /// <summary>
    /// Gets the loader the file selects; <c>null</c> leaves it to the host. In a manifest the host made it is the loader it was made with.
    /// </summary>
    public string? Loader { get; init; }

    /// <summary>Gets whether the file says what is set for tools, and leaves it to the host to find them.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Gets what was found wrong when the manifest was produced or read; the rest of it is good.</summary>
    public IReadOnlyList<PluginFault> Faults { get; init; } = [];
}
