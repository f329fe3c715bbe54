using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Interactive;
using QwenCode.Cli.IO;
using QwenCode.Configuration;
using QwenCode.Diagnostics;
using QwenCode.Hosting;
using QwenCode.Plugins;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>The road of <c>qwen [PROMPT]</c>: what is piped in, the settings, the host, and the run or the conversation in the terminal.</summary>
internal static class OneShot
{
    public static async Task<int> RunAsync(CliOptions options)
    {
        if (options.IsStreamJsonInput && !StandardInput.IsTerminal)
        {
            return await StreamJsonRun.StartAsync(options).ConfigureAwait(false);
        }

        if (options.Arguments.Text("prompt-interactive") is { Length: > 0 } && !StandardInput.IsTerminal)
        {
            StandardStreams.ErrorLine("Error: The --prompt-interactive flag cannot be used when input is piped from stdin. Use --prompt (-p) there.");
            return ExitCodes.Failure;
        }

        var isInteractive = options.IsInteractive(StandardInput.IsTerminal);
        var prompt = isInteractive ? options.InteractivePrompt : Prompt(options);
        if (!isInteractive && string.IsNullOrWhiteSpace(prompt))
        {
            StandardStreams.ErrorLine("No input provided via stdin. Input can be provided by piping data into qwen or using the --prompt option.");
            return ExitCodes.Failure;
        }

        var format = options.Format ?? OutputFormat.Text;
        try
        {
            // Not disposed: a one-shot ends by leaving Main, and by then there is nothing in it that leaving does not release sooner.
            var host = await Composition.BuildAsync(options).ConfigureAwait(false);
            StartupProfile.Mark("host");
            var project = host.Services.GetRequiredService<Project>();
            StartupProfile.Mark("settings");
            StartupWarnings.Tell(host.Services);
            format = options.Format ?? CliOptions.ToFormat(project.Session.OutputFormat) ?? OutputFormat.Text;
            if (!isInteractive && SlashCommands.Refuse(prompt!) is { } refusal)
            {
                return await RefuseAsync(host.Services, format, refusal).ConfigureAwait(false);
            }

            if (await ModelCheck.FindProblemAsync(project).ConfigureAwait(false) is { } problem)
            {
                return Fail(isInteractive ? OutputFormat.Text : format, problem);
            }

            Task<int> Work() => isInteractive
                ? new InteractiveRun(options).RunAsync(host.Services, prompt is null ? null : SlashCommands.Expand(prompt))
                : new HeadlessRun(host.Services, options, format).RunAsync(SlashCommands.Expand(prompt!));
            return await RunAsync(host.Services, Work).ConfigureAwait(false);
        }
        catch (SettingsException exception)
        {
            StandardStreams.ErrorLine(exception.Message);
            return exception.ExitCode;
        }
        catch (Exception exception) when (exception is QwenCodeException or UsageException)
        {
            StandardStreams.ErrorLine(exception.Message);
            return ExitCodes.Failure;
        }
    }

    private static async Task<int> RunAsync(IServiceProvider services, Func<Task<int>> work)
    {
        var plugins = services.GetRequiredService<PluginHost>();
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            // Code of a plugin that ran may hold what outlives a process, so it is told of the end.
            if (plugins.HasLoaded)
            {
                await plugins.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static string Prompt(CliOptions options)
    {
        var piped = StandardInput.IsTerminal ? string.Empty : StandardInput.ReadAll(static warning => StandardStreams.ErrorLine($"Warning: {warning}"));
        return piped.Length == 0 ? options.Prompt ?? string.Empty : $"{piped}\n\n{options.Prompt}";
    }

    private static async Task<int> RefuseAsync(IServiceProvider services, OutputFormat format, string refusal)
    {
        if (format is OutputFormat.Text)
        {
            StandardStreams.ErrorLine(refusal);
            return ExitCodes.Success;
        }

        var array = format is OutputFormat.Json ? new ArraySink() : null;
        var id = SessionId.New();
        var frontEnd = new StreamJsonFrontEnd(
            new MessageWriter(array is null ? new LineSink() : array, id.Value), includePartial: false, array is not null, SlashCommands.Headless, ProgramVersion.Text);
        var session = services.GetRequiredService<SessionFactory>().Open(new SessionRequest { Id = id, WithholdUnapprovable = true }, frontEnd);
        await using var owned = session.ConfigureAwait(false);
        frontEnd.Answer(session.Info, refusal, RunEnd.Error);
        array?.Finish();
        return ExitCodes.Success;
    }

    internal static int Fail(OutputFormat format, string problem)
    {
        if (format is OutputFormat.Text)
        {
            StandardStreams.ErrorLine(problem);
            return ExitCodes.Failure;
        }

        var array = format is OutputFormat.Json ? new ArraySink() : null;
        new MessageWriter(array is null ? new LineSink() : array, SessionId.New().Value)
            .Result(new RunOutcome(RunEnd.Error, problem, 0, TimeSpan.Zero, TimeSpan.Zero), includeStats: false);
        array?.Finish();
        return ExitCodes.Failure;
    }
}
