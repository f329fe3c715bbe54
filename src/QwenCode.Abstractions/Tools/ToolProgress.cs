namespace QwenCode.Tools;

/// <summary>What a running call shows of itself.</summary>
public abstract record ToolProgress;

/// <summary>The output so far.</summary>
/// <param name="Text">All of it, cut to what is worth showing.</param>
public sealed record OutputProgress(string Text) : ToolProgress;

/// <summary>A count of steps, as MCP servers report it.</summary>
/// <param name="Progress">Steps done.</param>
/// <param name="Total">Steps in all, if known.</param>
/// <param name="Message">What is being done.</param>
public sealed record StepProgress(double Progress, double? Total, string? Message) : ToolProgress;

/// <summary>The work is shown by a terminal of the editor.</summary>
/// <param name="TerminalId">The editor's name for it.</param>
public sealed record TerminalProgress(string TerminalId) : ToolProgress;
