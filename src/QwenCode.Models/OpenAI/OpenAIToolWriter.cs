using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>Writes tool declarations as <c>chat/completions</c> wants them.</summary>
internal static class OpenAIToolWriter
{
    /// <summary>
    /// Writes the tools, with commas between them; tools that are no functions are a provider's own and not ours to send.
    /// </summary>
    /// <param name="tools">The tools.</param>
    /// <param name="dialect">How.</param>
    public static byte[] Write(IEnumerable<AITool> tools, OpenAIDialect dialect) => WireWriter.Write(
        Tuple.Create(tools, dialect),
        static (writer, state) =>
        {
            AIFunctionDeclaration? pending = null;
            var count = 0;
            foreach (var tool in state.Item1)
            {
                if (tool is AIFunctionDeclaration function && count++ < state.Item2.MaxTools)
                {
                    Write(writer, pending, state.Item2, isMarked: false);
                    pending = function;
                }
            }

            Write(writer, pending, state.Item2, state.Item2.MarkLastTool);
        });

    private static void Write(Utf8JsonWriter writer, AIFunctionDeclaration? function, OpenAIDialect dialect, bool isMarked)
    {
        if (function is null)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, function.Name);
        writer.WriteString("description"u8, function.Description);
        writer.WritePropertyName("parameters"u8);
        if (dialect.UseOpenApi30Schemas)
        {
            OpenApi30Schema.Write(writer, function.JsonSchema);
        }
        else
        {
            ParameterSchema.Write(writer, function.JsonSchema);
        }

        writer.WriteEndObject();
        if (isMarked)
        {
            writer.WriteStartObject("cache_control"u8);
            writer.WriteString("type"u8, "ephemeral"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
