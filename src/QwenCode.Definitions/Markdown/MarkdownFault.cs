namespace QwenCode.Definitions.Markdown;

/// <summary>Something in a markdown file that cannot be read.</summary>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record MarkdownFault(int Line, string Message);
