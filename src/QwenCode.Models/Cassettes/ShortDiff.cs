using QwenCode.Platform.Text;

namespace QwenCode.Models.Cassettes;

/// <summary>Shows where two texts part, in one line.</summary>
internal static class ShortDiff
{
    private const int Before = 20;
    private const int After = 60;

    /// <summary>Returns the words on both sides of the first difference.</summary>
    /// <param name="recorded">The text of the recording.</param>
    /// <param name="now">The text of this run.</param>
    public static string Of(string recorded, string now)
    {
        var at = recorded.AsSpan().CommonPrefixLength(now);
        return $"recorded \"{Around(recorded, at)}\", now \"{Around(now, at)}\"";
    }

    private static string Around(string text, int at)
    {
        var from = TextCut.Before(text, Math.Max(0, Math.Min(at, text.Length) - Before));
        var to = TextCut.Before(text, Math.Min(text.Length, at + After));
        var part = text[from..to].ReplaceLineEndings("⏎");
        return $"{(from > 0 ? "…" : string.Empty)}{part}{(to < text.Length ? "…" : string.Empty)}";
    }
}
