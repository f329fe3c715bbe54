using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Commands;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Diagnostics;

namespace QwenCode.Cli;

/// <summary>The program.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        var entered = TimeProvider.System.GetTimestamp();
        return RunHost.RunAsync(run => RunAsync(run, args, entered));
    }

    private static Task<int> RunAsync(RunHost run, string[] args, long entered)
    {
        var options = CliOptions.Parse(args);
        run.IsDebugging = options.IsDebugging;
        if (options.ShowVersion)
        {
            StandardStreams.Out(ProgramVersion.Text + "\n");
            return Task.FromResult(ExitCodes.Success);
        }

        if (options.ShowHelp)
        {
            StandardStreams.Out(HelpText.Render());
            return Task.FromResult(ExitCodes.Success);
        }

        foreach (var warning in options.Warnings)
        {
            StandardStreams.ErrorLine($"Warning: {warning}");
        }

        if (options.ShowStartupProfile)
        {
            StartupProfile.Enable();
            StartupProfile.Mark("runtime", entered);
            StartupProfile.Mark("arguments");
        }

        return options.Command switch
        {
            "demo" => DemoCommand.RunAsync(run, options),
            "plugins" => PluginsCommand.RunAsync(options),
            "agents" => AgentsCommand.RunAsync(options),
            "tasks" => TasksCommand.RunAsync(run, options),
            "hooks" or "hook" => HooksCommand.RunAsync(options),
            "permissions" => PermissionsCommand.RunAsync(options),
            _ => DefaultCommand.RunAsync(run, options),
        };
    }
}
