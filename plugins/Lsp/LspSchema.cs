namespace QwenCode.Plugin.Lsp;

/// <summary>The parameters as the model reads them.</summary>
internal static class LspSchema
{
    public static ReadOnlySpan<byte> Json =>
        """
        {"type":"object","properties":{
        "operation":{"type":"string","description":"What to ask.","enum":["goToDefinition","findReferences","hover",
        "documentSymbol","workspaceSymbol","goToImplementation","prepareCallHierarchy","incomingCalls","outgoingCalls",
        "diagnostics","workspaceDiagnostics","codeActions"]},
        "filePath":{"type":"string","description":"The file: absolute, or relative to the project's root."},
        "line":{"type":"number","description":"Line, from 1."},
        "character":{"type":"number","description":"Column, from 1. Without it, the first."},
        "endLine":{"type":"number","description":"codeActions: last line of the range. Without it, line."},
        "endCharacter":{"type":"number","description":"codeActions: column where the range ends."},
        "includeDeclaration":{"type":"boolean","description":"findReferences: also list the declaration itself."},
        "query":{"type":"string","description":"workspaceSymbol: the name or a part of it."},
        "callHierarchyItem":{"$ref":"#/definitions/LspCallHierarchyItem"},
        "serverName":{"type":"string","description":"Ask only this server."},
        "limit":{"type":"number","description":"How many results to show at most."},
        "diagnostics":{"type":"array","description":"codeActions: the diagnostics to fix. Without it, those of the range.",
        "items":{"$ref":"#/definitions/LspDiagnostic"}},
        "codeActionKinds":{"type":"array","description":"codeActions: only these kinds, such as quickfix or refactor.extract.",
        "items":{"type":"string"}}},
        "required":["operation"],
        "definitions":{
        "LspPosition":{"type":"object","properties":{"line":{"type":"number"},"character":{"type":"number"}},"required":["line",
        "character"]},
        "LspRange":{"type":"object","properties":{"start":{"$ref":"#/definitions/LspPosition"},"end":{
        "$ref":"#/definitions/LspPosition"}},"required":["start","end"]},
        "LspCallHierarchyItem":{"type":"object","properties":{"name":{"type":"string"},"kind":{"type":"string"},"rawKind":{
        "type":"number"},"detail":{"type":"string"},"uri":{"type":"string"},"range":{"$ref":"#/definitions/LspRange"},
        "selectionRange":{"$ref":"#/definitions/LspRange"},"data":{},"serverName":{"type":"string"}},"required":["name","uri",
        "range","selectionRange"]},
        "LspDiagnostic":{"type":"object","properties":{"range":{"$ref":"#/definitions/LspRange"},"severity":{"type":"string",
        "enum":["error","warning","information","hint"]},"code":{"type":["string","number"]},"source":{"type":"string"},
        "message":{"type":"string"},"serverName":{"type":"string"}},"required":["range","message"]}}}
        """u8;
}
