using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Plugin.Lsp.Wire;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>A function as it stands in a hierarchy of calls. It travels to the model as JSON, and back.</summary>
internal sealed record CallItem(
    string Name, int Kind, string? Detail, string Uri, TextRange Range, TextRange Selection, JsonElement Data, string? ServerName)
{
    /// <summary>Reads an item of a server.</summary>
    public static CallItem? FromServer(JsonElement json, string server) => json.Text("uri") is { } uri && json.Text("name") is { } name
        ? new CallItem(
            name, (int?)json.Whole("kind") ?? SymbolKinds.Function, json.Text("detail"), uri, TextRange.Read(json.Member("range")),
            TextRange.Read(json.Member("selectionRange")), json.Member("data"), server)
        : null;

    /// <summary>Reads an item as the model sends it back.</summary>
    /// <exception cref="ToolArgumentException">It is no item.</exception>
    public static CallItem FromModel(JsonElement json, Workspace workspace)
    {
        if (json.Text("name") is not { } name || json.Text("uri") is not { Length: > 0 } uri)
        {
            throw new ToolArgumentException("callHierarchyItem must be an item of the JSON that prepareCallHierarchy gives.");
        }

        return new CallItem(
            name,
            (int?)json.Whole("rawKind") ?? SymbolKinds.Number(json.Text("kind")) ?? SymbolKinds.Function,
            json.Text("detail"),
            uri.Contains("://", StringComparison.Ordinal) ? uri : DocumentUri.FromPath(Path.GetFullPath(uri, workspace.Root)),
            TextRange.FromModel(json.Member("range")),
            TextRange.FromModel(json.Member("selectionRange")),
            json.Member("data"),
            json.Text("serverName") is { Length: > 0 } server ? server : null);
    }

    public void WriteForModel(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, Name);
        writer.WriteString("kind"u8, SymbolKinds.Name(Kind));
        writer.WriteNumber("rawKind"u8, Kind);
        WriteRest(writer, 1);
        writer.WriteString("serverName"u8, ServerName);
        writer.WriteEndObject();
    }

    public void WriteForServer(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("item"u8);
        writer.WriteString("name"u8, Name);
        writer.WriteNumber("kind"u8, Kind);
        WriteRest(writer, 0);
        writer.WriteEndObject();
    }

    private void WriteRest(Utf8JsonWriter writer, int shift)
    {
        if (Detail is not null)
        {
            writer.WriteString("detail"u8, Detail);
        }

        writer.WriteString("uri"u8, Uri);
        Range.Write(writer, "range"u8, shift);
        Selection.Write(writer, "selectionRange"u8, shift);
        if (Data.ValueKind is not JsonValueKind.Undefined)
        {
            writer.WritePropertyName("data"u8);
            Data.WriteTo(writer);
        }
    }
}
