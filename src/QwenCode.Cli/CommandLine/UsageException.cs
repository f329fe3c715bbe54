namespace QwenCode.Cli.CommandLine;

/// <summary>A command line that makes no sense. The message says why, and the help follows it.</summary>
internal sealed class UsageException(string message) : QwenCodeException(message);
