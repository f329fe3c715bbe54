using System.Reflection;
using System.Reflection.Metadata;
using System.Text.Json;

namespace QwenCode.Plugins.Loading;

/// <summary>
/// The serializer keeps accessors to members of the types it met in a process-wide cache, and drops old ones only when it meets
/// further types: a plugin it read or wrote anything of would stay in memory until then.
/// </summary>
internal static class SerializerCaches
{
    private static readonly Lock Gate = new();

    /// <summary>
    /// Keeps the caches as they are until the scope ends. Who describes a type that contains itself needs that: the serializer recognises
    /// it by what it has cached, and without it describes it once more.
    /// </summary>
    public static Lock.Scope Hold() => Gate.EnterScope();

    /// <summary>Empties the caches by the handler the serializer declares for exactly this, when types change under it.</summary>
    public static void Clear()
    {
        using var scope = Hold();
        foreach (var handler in typeof(JsonSerializer).Assembly.GetCustomAttributes<MetadataUpdateHandlerAttribute>())
        {
            handler.HandlerType
                .GetMethod("ClearCache", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static, [typeof(Type[])])?
                .Invoke(null, [null]);
        }
    }
}
