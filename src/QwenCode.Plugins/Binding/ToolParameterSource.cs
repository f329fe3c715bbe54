namespace QwenCode.Plugins.Binding;

/// <summary>Who fills in a parameter.</summary>
internal enum ToolParameterSource
{
    /// <summary>The model; the parameter is in the schema.</summary>
    Model,

    /// <summary>The host, with the call's context.</summary>
    Context,

    /// <summary>The host, with the call's token.</summary>
    Cancellation,

    /// <summary>The host, with what takes live output.</summary>
    Progress,

    /// <summary>The host, with a Semantic Kernel: the calling agent's if the plugin shares the library, else the plugin's own.</summary>
    Kernel,

    /// <summary>The host, with a service that Semantic Kernel's mark asks for.</summary>
    KernelService,
}
