namespace QwenCode.Definitions.Markdown;

/// <summary>One key of front matter.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value; <c>null</c> if nothing usable follows the colon.</param>
/// <param name="Raw">The lines as they were written, so that an unknown key survives a rewrite.</param>
internal sealed record FrontMatterEntry(string Key, FrontMatterValue? Value, string Raw);
