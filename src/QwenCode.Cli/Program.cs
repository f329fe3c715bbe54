using QwenCode.Cli;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;

ParsedArguments parsed;
CliOptions options;
try
{
    if (CommandRunner.Find(args) is { } command)
    {
        return await command(args).ConfigureAwait(false);
    }

    parsed = ParsedArguments.Parse(args);
    if (parsed.Flag("version") is true)
    {
        StandardStreams.Out(ProgramVersion.Text + "\n");
        return ExitCodes.Success;
    }

    if (parsed.Flag("help") is true)
    {
        StandardStreams.Out(HelpText.Render());
        return ExitCodes.Success;
    }

    options = CliOptions.From(parsed);
}
catch (UsageException exception)
{
    StandardStreams.ErrorLine(exception.Message + "\n");
    StandardStreams.Error(HelpText.Render());
    return ExitCodes.Failure;
}

return await OneShot.RunAsync(options).ConfigureAwait(false);
