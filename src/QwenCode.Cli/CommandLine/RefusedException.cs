namespace QwenCode.Cli.CommandLine;

/// <summary>A command line that is understood and cannot be followed. The message says what to do instead.</summary>
internal sealed class RefusedException(string message) : QwenCodeException(message);
