namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>A document as a server was shown it for a question.</summary>
/// <param name="Path">The file.</param>
/// <param name="Source">Its text.</param>
/// <param name="IsFresh">Whether the server had not seen it so before.</param>
/// <param name="AreOthersFresh">Whether it was notified of changes in other documents.</param>
/// <param name="Before">How much had been published until then.</param>
internal sealed record ShownDocument(string Path, SourceText Source, bool IsFresh, bool AreOthersFresh, long Before);
