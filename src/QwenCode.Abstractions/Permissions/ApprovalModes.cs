using System.Diagnostics.CodeAnalysis;

namespace QwenCode.Permissions;

/// <summary>The words for approval modes on the wire, on the command line and in settings.</summary>
public static class ApprovalModes
{
    /// <summary>Gets the words, in the order they are listed everywhere.</summary>
    public static IReadOnlyList<string> Names { get; } = (string[])["plan", "default", "auto-edit", "yolo"];

    /// <summary>Gives the word for a mode.</summary>
    /// <param name="mode">The mode.</param>
    public static string ToWire(this ApprovalMode mode) => Names[(int)mode];

    /// <summary>Reads a word exactly as flags and protocols spell it.</summary>
    /// <param name="text">The word.</param>
    /// <param name="mode">The mode it names.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out ApprovalMode mode)
    {
        var index = text is null ? -1 : Array.IndexOf((string[])Names, text);
        mode = (ApprovalMode)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Reads a word as settings may spell it: any case, <c>auto_edit</c> and <c>autoedit</c> as well.</summary>
    /// <param name="text">The word.</param>
    /// <param name="mode">The mode it names.</param>
    public static bool TryParseLenient([NotNullWhen(true)] string? text, out ApprovalMode mode)
    {
        var word = text?.Trim().ToLowerInvariant();
        return TryParse(word is "auto_edit" or "autoedit" ? "auto-edit" : word, out mode);
    }
}
