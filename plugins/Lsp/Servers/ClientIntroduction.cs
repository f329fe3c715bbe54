using System.Text.Json;
using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>What a server learns of us and of the project.</summary>
internal static class ClientIntroduction
{
    // Actions that cannot be done now are not asked for: a server may have twenty of them for every place.
    private static readonly JsonElement Capabilities = JsonElement.Parse(
        """
        {"general":{"positionEncodings":["utf-16"]},
        "window":{"workDoneProgress":true,"showDocument":{"support":false}},
        "workspace":{"applyEdit":false,"configuration":true,"workspaceFolders":true,"didChangeConfiguration":{},"symbol":{},
        "diagnostics":{}},
        "textDocument":{
        "synchronization":{"didSave":true},
        "definition":{"linkSupport":true},"implementation":{"linkSupport":true},"references":{},"callHierarchy":{},
        "hover":{"contentFormat":["markdown","plaintext"]},
        "documentSymbol":{"hierarchicalDocumentSymbolSupport":true},
        "publishDiagnostics":{"versionSupport":true,"codeDescriptionSupport":true,"dataSupport":true},
        "diagnostic":{"dynamicRegistration":true,"relatedDocumentSupport":false},
        "codeAction":{"isPreferredSupport":true,"dataSupport":true,"codeActionLiteralSupport":{"codeActionKind":{"valueSet":["",
        "quickfix","refactor","refactor.extract","refactor.inline","refactor.rewrite","source","source.organizeImports",
        "source.fixAll"]}}}}}
        """u8);

    public static void Write(Utf8JsonWriter writer, ServerConfiguration server)
    {
        writer.WriteNumber("processId"u8, Environment.ProcessId);
        writer.WriteStartObject("clientInfo"u8);
        writer.WriteString("name"u8, "QwenCode"u8);
        writer.WriteEndObject();
        writer.WriteString("rootPath"u8, server.Folder);
        writer.WriteString("rootUri"u8, DocumentUri.FromPath(server.Folder));
        writer.WritePropertyName("workspaceFolders"u8);
        WriteFolders(writer, server);
        if (server.InitializationOptions is { } options)
        {
            writer.WritePropertyName("initializationOptions"u8);
            options.WriteTo(writer);
        }

        writer.WritePropertyName("capabilities"u8);
        Capabilities.WriteTo(writer);
    }

    public static void WriteFolders(Utf8JsonWriter writer, ServerConfiguration server)
    {
        writer.WriteStartArray();
        writer.WriteStartObject();
        writer.WriteString("uri"u8, DocumentUri.FromPath(server.Folder));
        writer.WriteString("name"u8, Path.GetFileName(server.Folder));
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
