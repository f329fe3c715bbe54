using System.Diagnostics;
using QwenCode;
using QwenCode.Cli;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Configuration;
using QwenCode.Diagnostics;
using QwenCode.Models;

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
catch (SettingsException exception)
{
    StandardStreams.ErrorLine(exception.Message);
    return exception.ExitCode;
}
catch (Exception exception) when (exception is QwenCodeException or IOException or UnauthorizedAccessException)
{
    // What a command met outside is told in a sentence; a stack trace helps nobody who typed it.
    StandardStreams.ErrorLine(exception is ModelException { Advice.Length: > 0 } fault ? $"{fault.Message} {fault.Advice}" : exception.Message);
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
