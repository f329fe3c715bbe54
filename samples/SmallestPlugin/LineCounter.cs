using System.ComponentModel;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace SmallestPlugin;

public static class LineCounter
{
    [Tool("count_lines", Kind = ToolKind.Read, Traits = ToolTraits.ReadOnly | ToolTraits.Parallel), Description("Counts the lines of a text file.")]
    public static async Task<int> CountAsync([Description("Absolute path of the file.")] string path, CancellationToken cancellationToken) =>
        (await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false)).Length;
}
