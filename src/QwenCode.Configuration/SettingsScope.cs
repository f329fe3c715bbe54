namespace QwenCode.Configuration;

/// <summary>Whose settings a file holds, from the weakest to the strongest.</summary>
public enum SettingsScope
{
    /// <summary>What holds where no file says anything.</summary>
    BuiltIn,

    /// <summary>The machine's defaults, which people and projects may change.</summary>
    SystemDefaults,

    /// <summary>The person's <c>~/.qwen/settings.json</c>.</summary>
    User,

    /// <summary>The project's <c>.qwen/settings.json</c>; read only where the project is trusted.</summary>
    Project,

    /// <summary>What a flag of the command line brings for this run.</summary>
    CommandLine,

    /// <summary>The machine's overrides, which win over every other file.</summary>
    System,
}
