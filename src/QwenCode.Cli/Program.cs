using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Commands;
using QwenCode.Cli.IO;
using QwenCode.Cli.Programs;
using QwenCode.Cli.Running;
using QwenCode.Cli.Serving;
using QwenCode.Diagnostics;

namespace QwenCode.Cli;

/// <summary>The program.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        var entered = TimeProvider.System.GetTimestamp();
        StandardDescriptors.Examine();
        return RunHost.RunAsync((run, stop) => RunAsync(run, args, entered, stop));
    }

    private static Task<int> RunAsync(RunHost run, string[] args, long entered, CancellationToken cancellationToken)
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
            StandardStreams.Out(HelpText.Render(options));
            return Task.FromResult(ExitCodes.Success);
        }

        foreach (var warning in options.Warnings)
        {
            StandardStreams.ErrorLine($"Warning: {warning}");
        }

        if (options.ModelCassette is { } cassette)
        {
            CassetteReport.Attach(cassette, run);
        }

        if (options.ShowStartupProfile)
        {
            StartupProfile.Enable();
            StartupProfile.Mark("runtime", entered);
            StartupProfile.Mark("arguments");
        }

        ThisProgram.HandOver(ManagedNeed.Find(options));
        return options.Command switch
        {
            "demo" => DemoCommand.RunAsync(run, options, cancellationToken),
            "context" => DefaultCommand.RunAsync(
                run, options with { Prompt = $"/context {options.Verb}".TrimEnd() }, cancellationToken),
            "doctor" => DoctorCommand.RunAsync(options, cancellationToken),
            "plugins" => PluginsCommand.RunAsync(options, cancellationToken),
            "agents" => Task.FromResult(AgentsCommand.Run(options)),
            "sessions" => Task.FromResult(SessionsCommand.Run(options, cancellationToken)),
            "tasks" => TasksCommand.RunAsync(run, options, cancellationToken),
            "hooks" or "hook" => HooksCommand.RunAsync(options, cancellationToken),
            "undo" => UndoCommand.RunAsync(options, cancellationToken),
            "config" => Task.FromResult(ConfigCommand.Run(options)),
            "mcp" when options.Verb is "serve" => ServeCommand.RunAsync(run, options, cancellationToken),
            "mcp" => McpCommand.RunAsync(options, cancellationToken),
            "permissions" when options.Verb is "replay" => Task.FromResult(ReplayCommand.Run(options)),
            "permissions" => PermissionsCommand.RunAsync(options, cancellationToken),
            _ => DefaultCommand.RunAsync(run, options, cancellationToken),
        };
    }
}
