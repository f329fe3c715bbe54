using System.Text.Json;
using QwenCode.Plugin.Lsp.Operations;
using QwenCode.Plugin.Lsp.Wire;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Lsp;

/// <summary>A call's arguments, checked. Positions are counted from one, as the model counts.</summary>
internal sealed record LspRequest
{
    public required LspOperation Operation { get; init; }

    /// <summary>Gets the file as an absolute path, if there is one.</summary>
    public string? Path { get; init; }

    public int Line { get; init; } = 1;

    public int Character { get; init; } = 1;

    public int EndLine { get; init; } = 1;

    public int EndCharacter { get; init; } = 1;

    public bool IncludeDeclaration { get; init; }

    public string Query { get; init; } = string.Empty;

    public CallItem? Item { get; init; }

    public string? ServerName { get; init; }

    public required int Limit { get; init; }

    /// <summary>Gets the diagnostics that code actions are wanted for; <c>null</c> takes those of the place.</summary>
    public IReadOnlyList<Diagnostic>? Diagnostics { get; init; }

    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Gets the file the call is about, be it named or part of the item.</summary>
    public string? Target => Path ?? (Item is { } item ? DocumentUri.ToPath(item.Uri) : null);

    /// <summary>Checks the arguments of a call.</summary>
    /// <exception cref="ToolArgumentException">Something is missing or cannot be used.</exception>
    public static LspRequest Read(ToolArguments arguments, Workspace workspace)
    {
        var name = arguments.String("operation");
        var operation = LspOperation.All.FirstOrDefault(operation => operation.Name == name)
            ?? throw new ToolArgumentException(
            $"operation must be one of {string.Join(", ", LspOperation.All.Select(static operation => operation.Name))}.");
        foreach (var need in operation.Needs)
        {
            if (!arguments.TryGet(need, out var value) || value.ValueKind is JsonValueKind.Null
                || (value.ValueKind is JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString())))
            {
                throw new ToolArgumentException($"{need} is required for {operation.Name}.");
            }
        }

        var line = Positive(arguments, "line") ?? 1;
        var character = Positive(arguments, "character") ?? 1;
        var endLine = Positive(arguments, "endLine") ?? line;
        var endCharacter = Positive(arguments, "endCharacter") ?? (endLine == line ? character : 1);
        var limit = Positive(arguments, "limit") ?? operation.Limit;
        if (operation == LspOperation.CodeActions && (endLine, endCharacter).CompareTo((line, character)) < 0)
        {
            throw new ToolArgumentException("endLine and endCharacter must not lie before line and character.");
        }

        return new LspRequest
        {
            Operation = operation,
            Path = operation.Needs.Contains("filePath") ? FullPath(arguments.String("filePath")!, workspace) : null,
            Line = line,
            Character = character,
            EndLine = endLine,
            EndCharacter = endCharacter,
            IncludeDeclaration = arguments.Boolean("includeDeclaration") ?? false,
            Query = arguments.String("query") ?? string.Empty,
            Item = operation.Needs.Contains("callHierarchyItem") && arguments.TryGet("callHierarchyItem", out var item)
                ? CallItem.FromModel(item, workspace) : null,
            ServerName = arguments.String("serverName") is { Length: > 0 } server ? server : null,
            Limit = limit,
            Diagnostics = arguments.TryGet("diagnostics", out var given) && given.ValueKind is JsonValueKind.Array
                ? [.. given.EnumerateArray().Select(Diagnostic.FromModel)] : null,
            Kinds = arguments.TryGet("codeActionKinds", out var kinds) && kinds.ValueKind is JsonValueKind.Array
                ? [.. kinds.EnumerateArray().Where(static kind => kind.ValueKind is JsonValueKind.String)
                    .Select(static kind => kind.GetString()!)]
                : [],
        };
    }

    private static string FullPath(string given, Workspace workspace)
    {
        var path = given.StartsWith("file://", StringComparison.OrdinalIgnoreCase) ? DocumentUri.ToPath(given) ?? given : given;
        return path.Contains('\0', StringComparison.Ordinal)
            ? throw new ToolArgumentException("filePath holds a character that no path can hold.")
            : System.IO.Path.GetFullPath(path, workspace.Root);
    }

    private static int? Positive(ToolArguments arguments, string name)
    {
        if (arguments.Number(name) is not { } number)
        {
            return null;
        }

        return number < 1 || !double.IsFinite(number) ? throw new ToolArgumentException($"{name} must be a positive number.")
            : number != Math.Floor(number) ? throw new ToolArgumentException($"{name} must be a whole number.")
            : (int)Math.Min(number, int.MaxValue);
    }
}
