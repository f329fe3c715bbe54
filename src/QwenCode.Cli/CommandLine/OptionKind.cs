namespace QwenCode.Cli.CommandLine;

/// <summary>What an option takes.</summary>
internal enum OptionKind
{
    Flag,
    Text,
    Number,
    List,
}
