using QwenCode.Kernel;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary>The names that an agent file may give a tool.</summary>
internal static class KnownTools
{
    // The kernel's own, which no source lists before there is a session; an agent never gets them, and may name them all the same.
    private static readonly string[] Kernel = [.. AgentKernel.OwnTools, "skill", "lsp", "save_memory", "AskUserQuestion"];

    /// <summary>Returns the names.</summary>
    /// <param name="sources">Where tools come from.</param>
    public static IReadOnlyCollection<string> Of(IEnumerable<IToolSource> sources) =>
        [.. sources.SelectMany(static source => source.Snapshot()).Select(static tool => tool.Name), .. Kernel];
}
