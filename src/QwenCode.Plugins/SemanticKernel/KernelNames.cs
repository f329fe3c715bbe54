namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// What Semantic Kernel's parts are called. A plugin brings its own copy or shares the host's; both are known by names alone: this room
/// references nothing of it, and two plugins may bring two versions.
/// </summary>
internal static class KernelNames
{
    public const string Abstractions = "Microsoft.SemanticKernel.Abstractions";
    public const string Core = "Microsoft.SemanticKernel.Core";
    public const string Yaml = "Microsoft.SemanticKernel.Yaml";
    public const string Prefix = "Microsoft.SemanticKernel";

    /// <summary>
    /// Says whether an assembly is part of the library: it marks classes of its own, which are no plugin in a folder.
    /// </summary>
    public static bool IsLibrary(string assembly) =>
        assembly.StartsWith(Prefix + ".", StringComparison.OrdinalIgnoreCase)
            && !assembly.StartsWith(Prefix + ".Plugins.", StringComparison.OrdinalIgnoreCase);

    public const string ServiceMark = "Microsoft.SemanticKernel.FromKernelServicesAttribute";
    public const string FunctionMark = "Microsoft.SemanticKernel.KernelFunctionAttribute";
    public const string Kernel = "Microsoft.SemanticKernel.Kernel";
    public const string ChatService = "Microsoft.SemanticKernel.ChatCompletion.IChatCompletionService";

    /// <summary>Gets the kernel's properties that hold filters.</summary>
    public static IReadOnlyList<string> FilterProperties { get; } =
        ["FunctionInvocationFilters", "PromptRenderFilters", "AutoFunctionInvocationFilters"];

    /// <summary>Returns the kernel's property that holds the filters of an interface, or <c>null</c> for any other interface.</summary>
    public static string? FilterProperty(string? interfaceFullName) => interfaceFullName switch
    {
        "Microsoft.SemanticKernel.IFunctionInvocationFilter" => "FunctionInvocationFilters",
        "Microsoft.SemanticKernel.IPromptRenderFilter" => "PromptRenderFilters",
        "Microsoft.SemanticKernel.IAutoFunctionInvocationFilter" => "AutoFunctionInvocationFilters",
        _ => null,
    };
}
