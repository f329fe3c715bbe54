namespace QwenCode.Plugins;

/// <summary>The version of the contract between the host and its plugins.</summary>
public static class PluginContract
{
    /// <summary>The contract's version: a plugin built against another major version, or a later minor one, is refused.</summary>
    public const string Version = "1.0";
}
