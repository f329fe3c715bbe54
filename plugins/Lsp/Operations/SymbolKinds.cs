namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>The names of the protocol's kinds of symbols.</summary>
internal static class SymbolKinds
{
    private static readonly string[] Names =
    [
        "File", "Module", "Namespace", "Package", "Class", "Method", "Property", "Field", "Constructor", "Enum", "Interface", "Function",
        "Variable", "Constant",
        "String", "Number", "Boolean", "Array", "Object", "Key", "Null", "EnumMember", "Struct", "Event", "Operator", "TypeParameter",
    ];

    /// <summary>The number of <c>Function</c>, for items that do not say.</summary>
    public const int Function = 12;

    public static string Name(int kind) => kind >= 1 && kind <= Names.Length ? Names[kind - 1] : "Symbol";

    public static int? Number(string? name) => Array.FindIndex(
        Names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase)) is var index and >= 0 ? index + 1 : null;
}
