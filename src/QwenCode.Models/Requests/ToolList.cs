using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Models.Requests;

/// <summary>Writes tool declarations, with commas between them.</summary>
internal static class ToolList
{
    /// <summary>Writes the tools that are functions; others are a provider's own.</summary>
    /// <param name="tools">The tools.</param>
    /// <param name="dialect">What their form depends on.</param>
    /// <param name="write">Writes one.</param>
    public static byte[] Write<TDialect>(
        IEnumerable<AITool> tools, TDialect dialect, Action<Utf8JsonWriter, AIFunctionDeclaration, TDialect> write)
        where TDialect : class => WireWriter.Write(
        Tuple.Create(tools, dialect, write),
        static (writer, state) =>
        {
            foreach (var tool in state.Item1)
            {
                if (tool is AIFunctionDeclaration function)
                {
                    state.Item3(writer, function, state.Item2);
                }
            }
        });
}
