namespace QwenCode.Plugin.Lsp;

/// <summary>What can be asked.</summary>
/// <param name="Name">What the model calls it.</param>
/// <param name="Label">What the user reads.</param>
/// <param name="Needs">Which parameters it cannot do without, in the order they are missed.</param>
/// <param name="Limit">How many results are shown if the call does not say.</param>
internal sealed record LspOperation(string Name, string Label, IReadOnlyList<string> Needs, int Limit)
{
    private static readonly string[] Place = ["filePath", "line"];
    private static readonly string[] File = ["filePath"];
    private static readonly string[] Item = ["callHierarchyItem"];

    public static LspOperation Definition { get; } = new("goToDefinition", "go-to-definition", Place, 20);

    public static LspOperation References { get; } = new("findReferences", "find-references", Place, 50);

    public static LspOperation Hover { get; } = new("hover", "hover", Place, int.MaxValue);

    public static LspOperation DocumentSymbol { get; } = new("documentSymbol", "document-symbol", File, 50);

    public static LspOperation WorkspaceSymbol { get; } = new("workspaceSymbol", "workspace-symbol", ["query"], 20);

    public static LspOperation Implementation { get; } = new("goToImplementation", "go-to-implementation", Place, 20);

    public static LspOperation PrepareCallHierarchy { get; } = new("prepareCallHierarchy", "prepare-call-hierarchy", Place, 20);

    public static LspOperation IncomingCalls { get; } = new("incomingCalls", "incoming-calls", Item, 20);

    public static LspOperation OutgoingCalls { get; } = new("outgoingCalls", "outgoing-calls", Item, 20);

    public static LspOperation Diagnostics { get; } = new("diagnostics", "diagnostics", File, int.MaxValue);

    public static LspOperation WorkspaceDiagnostics { get; } = new("workspaceDiagnostics", "workspace-diagnostics", [], 50);

    public static LspOperation CodeActions { get; } = new("codeActions", "code-actions", Place, 20);

    public static IReadOnlyList<LspOperation> All { get; } =
    [
        Definition, References, Hover, DocumentSymbol, WorkspaceSymbol, Implementation, PrepareCallHierarchy, IncomingCalls, OutgoingCalls,
        Diagnostics,
        WorkspaceDiagnostics, CodeActions,
    ];

    /// <summary>Gets whether it asks about a place in a file and not about the file.</summary>
    public bool IsAboutPlace => ReferenceEquals(Needs, Place);

    /// <summary>
    /// Gets whether its results may lie anywhere in the project, so that a server that is still reading it may miss some.
    /// </summary>
    public bool IsAboutProject => this == References || this == Implementation || this == IncomingCalls || this == WorkspaceSymbol;
}
