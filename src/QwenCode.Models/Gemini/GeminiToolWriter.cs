using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Gemini;

/// <summary>Writes tool declarations as Gemini wants them.</summary>
internal static class GeminiToolWriter
{
    /// <summary>Writes the tools, with commas between them.</summary>
    /// <param name="tools">The tools.</param>
    /// <param name="dialect">How.</param>
    public static byte[] Write(IEnumerable<AITool> tools, GeminiDialect dialect) => ToolList.Write(tools, dialect, Write);

    private static void Write(Utf8JsonWriter writer, AIFunctionDeclaration function, GeminiDialect dialect)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, GeminiPartWriter.NameOf(function.Name));
        writer.WriteString("description"u8, function.Description);
        if (!dialect.UseOpenApi30Schemas)
        {
            writer.WritePropertyName("parametersJsonSchema"u8);
            ParameterSchema.Write(writer, function.JsonSchema);
        }
        else if (new GeminiSchema(function.JsonSchema) is { HasProperties: true } schema)
        {
            writer.WritePropertyName("parameters"u8);
            schema.Write(writer);
        }

        writer.WriteEndObject();
    }
}
