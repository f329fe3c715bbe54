namespace QwenCode.Plugins;

/// <summary>Where a plugin comes from. A later origin wins over an earlier one.</summary>
public enum PluginOrigin
{
    /// <summary>Shipped with the program; never reloaded.</summary>
    Shipped,

    /// <summary>The user's own folder, <c>~/.qwen/plugins</c>.</summary>
    User,

    /// <summary>The project's folder, <c>.qwen/plugins</c>; only if the project is trusted.</summary>
    Project,

    /// <summary>Named on the command line.</summary>
    Explicit,
}
