using System.Diagnostics;
using QwenCode.Cli;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Diagnostics;

var entered = Stopwatch.GetTimestamp();
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

if (parsed.Flag("startup-profile") is not true)
{
    return await OneShot.RunAsync(options).ConfigureAwait(false);
}

StartupProfile.Enable();
StartupProfile.Mark("runtime", entered);
StartupProfile.Mark("arguments");
var code = await OneShot.RunAsync(options).ConfigureAwait(false);
StartupProfile.Mark("done");
StandardStreams.Error(StartupReport.Render(StartupProfile.Phases(), StartupReport.ProcessStart()));
return code;
