using System.Globalization;
using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace QwenCode.Models.Scripting;

/// <summary>Writes YAML as JSON: plain words by their meaning, quoted ones as text.</summary>
internal static class YamlJson
{
    /// <summary>Writes a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="fill">Fills the templates of a text.</param>
    public static string Write(YamlNode node, Func<string, string> fill)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(
            stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, node, fill);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node, Func<string, string> fill)
    {
        switch (node)
        {
            case YamlMappingNode map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.Children)
                {
                    writer.WritePropertyName((key as YamlScalarNode)?.Value ?? key.ToString());
                    Write(writer, value, fill);
                }

                writer.WriteEndObject();
                break;
            case YamlSequenceNode list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item, fill);
                }

                writer.WriteEndArray();
                break;
            case YamlScalarNode scalar:
                WriteScalar(writer, fill(scalar.Value ?? string.Empty), scalar.Style is ScalarStyle.Plain);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, string text, bool isPlain)
    {
        switch (text)
        {
            case "" or "null" or "~" when isPlain:
                writer.WriteNullValue();
                break;
            case "true" or "false" when isPlain:
                writer.WriteBooleanValue(text is "true");
                break;
            case var _ when isPlain && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                writer.WriteNumberValue(whole);
                break;
            case var _ when isPlain && text[0] is '-' or >= '0' and <= '9'
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && isPlain:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(text);
                break;
        }
    }
}
