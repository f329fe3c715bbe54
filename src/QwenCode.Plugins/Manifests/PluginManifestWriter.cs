using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Platform.Files;
using QwenCode.Tools;

namespace QwenCode.Plugins.Manifests;

/// <summary>Writes <c>plugin.json</c>: the same bytes for the same plugin, so that nothing is rebuilt without need.</summary>
internal static class PluginManifestWriter
{
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(PluginManifest manifest)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            writer.WriteNumber("manifestVersion", PluginManifest.FormatVersion);
            writer.WriteString("name", manifest.Name);
            writer.WriteString("version", manifest.Version);
            writer.WriteString("assembly", manifest.Assembly);
            if (manifest.Loader is not null)
            {
                writer.WriteString("loader", manifest.Loader);
            }

            if (manifest.Contract is { } contract)
            {
                writer.WriteString("contract", contract.ToString(2));
            }

            if (manifest.Stamp is { } stamp)
            {
                writer.WriteStartObject("build");
                writer.WriteNumber("length", stamp.Length);
                writer.WriteString("sha256", stamp.Sha256);
                writer.WriteString("mvid", stamp.Mvid);
                writer.WriteEndObject();
            }

            if (manifest.Inputs is not null)
            {
                writer.WriteString("inputs", manifest.Inputs);
            }

            writer.WriteStartArray("tools");
            foreach (var tool in manifest.Tools)
            {
                WriteTool(writer, tool);
            }

            writer.WriteEndArray();
            WriteFaults(writer, manifest);
            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Replaces a file whole: a reader sees the old manifest or the new one.</summary>
    public static void Save(PluginManifest manifest, string path) => AtomicFile.Write(path, Write(manifest));

    private static void WriteTool(Utf8JsonWriter writer, PluginToolEntry tool)
    {
        var declaration = tool.Declaration;
        writer.WriteStartObject();
        writer.WriteString("name", declaration.Name);
        if (declaration.DisplayName != declaration.Name)
        {
            writer.WriteString("displayName", declaration.DisplayName);
        }

        writer.WriteString("description", declaration.Description);
        writer.WritePropertyName("parameters");
        declaration.Parameters.WriteTo(writer);
        writer.WriteString("kind", declaration.Kind.ToString());
        if (declaration.Traits is not ToolTraits.None)
        {
            writer.WriteString("traits", declaration.Traits.ToString());
        }

        if (declaration.Feature is not null)
        {
            writer.WriteString("feature", declaration.Feature);
        }

        writer.WriteString("type", tool.Type);
        if (tool.Method is not null)
        {
            writer.WriteString("method", tool.Method);
        }

        if (tool.Order != 0)
        {
            writer.WriteNumber("order", tool.Order);
        }

        if (tool.Dialect != Metadata.QwenCodeDialect.DialectName)
        {
            writer.WriteString("dialect", tool.Dialect);
        }

        writer.WriteEndObject();
    }

    private static void WriteFaults(Utf8JsonWriter writer, PluginManifest manifest)
    {
        if (manifest.Faults.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("faults");
        foreach (var fault in manifest.Faults)
        {
            writer.WriteStartObject();
            writer.WriteString("reason", fault.Reason.ToString());
            writer.WriteString("file", fault.File);
            writer.WriteString("message", fault.Message);
            writer.WriteString("advice", fault.Advice);
            if (fault.Tool is not null)
            {
                writer.WriteString("tool", fault.Tool);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
