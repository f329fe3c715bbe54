using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Plugins.McMaster;
using QwenCode.SemanticKernel.OpenAI;

namespace QwenCode.Cli.Programs;

/// <summary>
/// What is particular to the managed program, which loads plugins and connectors. The native program has a class of the same
/// name and members in its place.
/// </summary>
internal static class ThisProgram
{
    /// <summary>Gets whether this is the native program.</summary>
    public static bool IsNative => false;

    /// <summary>Adds what only this program has.</summary>
    public static void Configure(QwenCodeOptions options)
    {
        options.PluginLoaders.Add(McMasterLoaders.Name, static () => McMasterLoader());
        options.Protocols =
            new Dictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>> { [OpenAIConnector.Protocol] = AskThroughConnector };
    }

    /// <summary>Does nothing: this program does everything itself.</summary>
    /// <param name="reason">Why the managed program is needed, if it is.</param>
    public static void HandOver(string? reason) => _ = reason;

    // Apart, so that the assemblies of that loader are not loaded before a plugin selects it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static McMasterPluginLoader McMasterLoader() => new();

    // Not inlined: the connector's libraries are loaded by the model that is asked through them, and by no other run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IChatClient AskThroughConnector(IServiceProvider services, ModelEntry entry) => OpenAIConnector.CreateClient(entry);
}
