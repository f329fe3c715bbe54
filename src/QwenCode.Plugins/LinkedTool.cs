using QwenCode.Tools;

namespace QwenCode.Plugins;

/// <summary>A tool of a shipped plugin that is compiled into the program, so that its assembly need not be loaded.</summary>
/// <param name="Type">The tool's class.</param>
/// <param name="Create">Creates it. Called once; the instance is disposed like one of a loaded plugin.</param>
public sealed record LinkedTool(Type Type, Func<Tool> Create);
