using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.SemanticKernel.Calls;
using QwenCode.SemanticKernel.Functions;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;

namespace QwenCode.Hosting.Kernels;

/// <summary>Connects sessions to Semantic Kernel, and keeps the library out of memory until something of it is used.</summary>
internal static class SemanticKernelSupport
{
    /// <summary>Creates what puts a kernel around the calls of sessions.</summary>
    // Not inlined: compiling a method loads the assemblies of what it mentions.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IToolInvokerFactory CreateInvokers(IServiceProvider services) => new KernelInvokerFactory(services);

    /// <summary>
    /// Creates the source of the user's own functions; an empty one if no kernel and no plugin for kernels is registered.
    /// </summary>
    /// <param name="registered">Everything that is registered, also what comes after the framework.</param>
    /// <param name="services">The services.</param>
    public static IToolSource CreateSource(IServiceCollection registered, IServiceProvider services) =>
        registered.Any(static service => IsOfUser(service)) ? CreateSource(services) : NoTools.Instance;

    // By name: the type would load the library. The plugin of agents is ours, and no reason to look for functions.
    private static bool IsOfUser(ServiceDescriptor service) =>
        service.ServiceType.FullName is "Microsoft.SemanticKernel.Kernel" or "Microsoft.SemanticKernel.KernelPlugin";

#pragma warning disable CA1859 // The concrete type in the signature would load its assembly with the caller.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IToolSource CreateSource(IServiceProvider services) => new KernelFunctionSource(services);
#pragma warning restore CA1859

    private sealed class NoTools : IToolSource
    {
        public static NoTools Instance { get; } = new();

        public IReadOnlyList<Tool> Snapshot() => [];
    }
}
