using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>What the user's own kernel brings to a session: plugins, filters, data. Read once for each session.</summary>
internal sealed class HostKernel
{
    /// <summary>Reads the kernel that is registered, or what is registered for kernels if none is.</summary>
    public HostKernel(IServiceProvider services)
    {
        var kernel = services.GetService<Kernel>() ?? new Kernel(services);
        Plugins = [.. kernel.Plugins];
        FunctionFilters = [.. kernel.FunctionInvocationFilters.Where(static filter => filter is not IHostKernelFilter)];
        PromptFilters = [.. kernel.PromptRenderFilters];
        AutoFilters = [.. kernel.AutoFunctionInvocationFilters];
        Data = [.. kernel.Data];
        Culture = kernel.Culture;
    }

    /// <summary>Gets the user's plugins.</summary>
    public IReadOnlyList<KernelPlugin> Plugins { get; }

    /// <summary>Gets the filters around functions, the outermost first.</summary>
    public IReadOnlyList<IFunctionInvocationFilter> FunctionFilters { get; }

    /// <summary>Gets the filters around the rendering of prompts, the outermost first.</summary>
    public IReadOnlyList<IPromptRenderFilter> PromptFilters { get; }

    /// <summary>Gets the filters around functions that the model calls, the outermost first.</summary>
    public IReadOnlyList<IAutoFunctionInvocationFilter> AutoFilters { get; }

    /// <summary>Gets the data that kernels of the session begin with.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Data { get; }

    /// <summary>Gets the culture in which functions convert values.</summary>
    public CultureInfo Culture { get; }
}
