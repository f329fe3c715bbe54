namespace QwenCode.Plugins.Reports;

/// <summary>How far a plugin has come.</summary>
public enum PluginState
{
    /// <summary>Its tools are listed; its assembly was not needed yet.</summary>
    Listed,

    /// <summary>Its assembly is loaded.</summary>
    Loaded,

    /// <summary>It cannot be used.</summary>
    Broken,

    /// <summary>A plugin of the same name from a stronger origin is used instead.</summary>
    Overridden,
}
