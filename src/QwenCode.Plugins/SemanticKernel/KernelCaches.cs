using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// Semantic Kernel's abstractions remember by type how values become text and what an empty kernel was asked for. If the host's copy is
/// shared, that keeps a plugin in memory whose types it met.
/// </summary>
internal static class KernelCaches
{
    private const BindingFlags Statics = BindingFlags.NonPublic | BindingFlags.Static;

    private static readonly (string Type, string Field)[] Caches =
    [
        ("Microsoft.SemanticKernel.InternalTypeConverter", "s_converters"),
        ("Microsoft.SemanticKernel.EmptyServiceProvider", "s_results"),
    ];

    /// <summary>Drops what the host's copy remembers of types that can be unloaded; it is computed again if it is needed again.</summary>
    public static void Clear()
    {
        // Nothing is loaded or unloaded without a just-in-time compiler.
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return;
        }

        var library = AssemblyLoadContext.Default.Assemblies
            .FirstOrDefault(static assembly => assembly.GetName().Name == KernelNames.Abstractions);
        if (library is null)
        {
            return;
        }

        foreach (var (type, field) in Caches)
        {
            if (library.GetType(type)?.GetField(field, Statics)?.GetValue(null) is IDictionary cache)
            {
                foreach (var met in cache.Keys.OfType<Type>().Where(static type => type.IsCollectible).ToList())
                {
                    cache.Remove(met);
                }
            }
        }
    }
}
