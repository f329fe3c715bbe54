using System.Diagnostics.CodeAnalysis;

namespace QwenCode.Permissions;

/// <summary>The names of approval modes on the wire, on the command line and in settings.</summary>
public static class ApprovalModes
{
    /// <summary>Gets the names, in the order of <see cref="ApprovalMode"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = (string[])["plan", "default", "auto-edit", "yolo"];

    /// <summary>Returns the name of a mode.</summary>
    /// <param name="mode">The mode.</param>
    public static string ToWire(this ApprovalMode mode) => Names[(int)mode];

    /// <summary>Parses a name exactly as flags and protocols spell it.</summary>
    /// <param name="text">The name.</param>
    /// <param name="mode">The mode it names.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out ApprovalMode mode)
    {
        var index = text is null ? -1 : Array.IndexOf((string[])Names, text);
        mode = (ApprovalMode)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Parses a name as settings may spell it: in any case, and also <c>auto_edit</c> and <c>autoedit</c>.</summary>
    /// <param name="text">The name.</param>
    /// <param name="mode">The mode it names.</param>
    public static bool TryParseLenient([NotNullWhen(true)] string? text, out ApprovalMode mode)
    {
        var word = text?.Trim().ToLowerInvariant();
        return TryParse(word is "auto_edit" or "autoedit" ? "auto-edit" : word, out mode);
    }
}
