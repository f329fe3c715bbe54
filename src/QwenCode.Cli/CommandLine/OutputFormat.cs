namespace QwenCode.Cli.CommandLine;

/// <summary>The format of standard output.</summary>
internal enum OutputFormat
{
    Text,
    Json,
    StreamJson,
}
