using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Anthropic;

/// <summary>Writes tool declarations as Anthropic's messages want them.</summary>
internal static class AnthropicToolWriter
{
    /// <summary>Writes the tools, with commas between them.</summary>
    /// <param name="tools">The tools.</param>
    /// <param name="dialect">How.</param>
    public static byte[] Write(IEnumerable<AITool> tools, AnthropicDialect dialect) => ToolList.Write(tools, dialect, Write);

    private static void Write(Utf8JsonWriter writer, AIFunctionDeclaration function, AnthropicDialect dialect)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, AnthropicBlockWriter.NameOf(function.Name));
        writer.WriteString("description"u8, function.Description);
        writer.WritePropertyName("input_schema"u8);
        if (dialect.UseOpenApi30Schemas)
        {
            OpenApi30Schema.Write(writer, function.JsonSchema);
        }
        else
        {
            RootSchema.Write(writer, function.JsonSchema);
        }

        writer.WriteEndObject();
    }
}
