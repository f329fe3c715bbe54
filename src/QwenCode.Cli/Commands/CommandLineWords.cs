using QwenCode.Cli.CommandLine;

namespace QwenCode.Cli.Commands;

/// <summary>A command's words and options.</summary>
internal static class CommandLineWords
{
    /// <summary>Reads the command line of a command: its first words are the command and the verb.</summary>
    public static (CliOptions Options, IReadOnlyList<string> Words) Read(string[] args, int words)
    {
        var options = CliOptions.From(ParsedArguments.Parse(args));
        return (options, [.. options.Arguments.Words.Skip(words)]);
    }
}
