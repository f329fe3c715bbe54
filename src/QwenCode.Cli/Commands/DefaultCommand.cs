using Microsoft.Extensions.DependencyInjection;
using QwenCode.Agents;
using QwenCode.Cli.Acp;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.Interactive;
using QwenCode.Cli.IO;
using QwenCode.Cli.Programs;
using QwenCode.Cli.Running;
using QwenCode.Definitions.Agents;
using QwenCode.Diagnostics;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Plugins;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen [PROMPT]</c>: builds the host, and hands its parts to the front end that the command line asks for.</summary>
internal static class DefaultCommand
{
    public static async Task<int> RunAsync(RunHost run, CliOptions options, CancellationToken cancellationToken)
    {
        run.Format = options.Format;
        if (options.MaxWallTime is { } limit)
        {
            run.StopAfter(limit);
        }

        if (options.IsAcp)
        {
            // Before the input is read: a project that needs the managed program is handed over to it.
            ThisProgram.HandOver(ManagedNeed.Find(options, Composition.ReadProject(options)));
            var editor = new AcpRun(run, options);
            await using var owned = editor.ConfigureAwait(false);
            return await editor.RunAsync(cancellationToken).ConfigureAwait(false);
        }

        if (options.IsStreamJsonInput && !StandardInput.IsTerminal)
        {
            return await ServeAsync(run, options, cancellationToken).ConfigureAwait(false);
        }

        if (options.InteractivePrompt is not null && !StandardInput.IsTerminal)
        {
            throw new RefusedException(
                "Error: The --prompt-interactive flag cannot be used when input is piped from stdin. Use --prompt (-p) instead.");
        }

        var result = options.ResultSchema is { } schema ? new ResultTool(ResultSchema.Read(schema)) : null;
        if (result is not null && options.IsInteractive(StandardInput.IsTerminal))
        {
            throw new RefusedException("Error: --json-schema goes with a prompt; name one with -p, or pipe it in.");
        }

        // Before the prompt is read: the host may hand over to another program, which reads it instead.
        // Not disposed: the process ends right after it, which releases everything sooner.
        var services = (await Composition.BuildAsync(options, cancellationToken).ConfigureAwait(false)).Services;
        StartupProfile.Mark("host");
        var isInteractive = options.IsInteractive(StandardInput.IsTerminal);
        var prompt = isInteractive ? options.InteractivePrompt : Prompt(options);
        if (!isInteractive && string.IsNullOrWhiteSpace(prompt))
        {
            throw new RefusedException(
                "No input provided via stdin. Input can be provided by piping data into qwen or using the --prompt option.");
        }

        var project = services.GetRequiredService<WorkspaceServices>();
        StartupProfile.Mark("settings");
        var plugins = services.GetRequiredService<PluginHost>();
        StartupWarnings.Print(project, services.GetRequiredService<AgentCatalog>(), plugins, services.GetServices<IToolSource>);
        var commands = new SlashCommands(project);
        var format = options.Format ?? CliOptions.ToFormat(project.Session.OutputFormat) ?? OutputFormat.Text;
        if (!isInteractive && commands.Refuse(prompt!) is { } refusal)
        {
            return await RefuseAsync(services.GetRequiredService<SessionFactory>(), commands, format, refusal).ConfigureAwait(false);
        }

        if (ModelCheck.FindProblem(project) is { } problem)
        {
            return Fail(isInteractive ? OutputFormat.Text : format, problem);
        }

        var request = SessionRequests.Of(services.GetRequiredService<TranscriptStore>(), options, commands);
        var sessions = services.GetRequiredService<SessionFactory>();
        try
        {
            var work = isInteractive
                ? new InteractiveRun(run, project, sessions, options, services.GetRequiredService<TimeProvider>()).RunAsync(
                    request, prompt, cancellationToken)
                : new HeadlessRun(run, project, sessions, format, options, result).RunAsync(
                    request, prompt!, cancellationToken);
            return await work.ConfigureAwait(false);
        }
        finally
        {
            // The code of a plugin may hold what outlives a process, so it learns of the end.
            if (plugins.HasLoaded)
            {
                await plugins.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Prints why there is no run, in the format that the caller reads.</summary>
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

    private static async Task<int> ServeAsync(RunHost run, CliOptions options, CancellationToken cancellationToken)
    {
        using var host = Composition.Build(options);
        var services = host.Services;
        var project = services.GetRequiredService<WorkspaceServices>();
        foreach (var warning in project.Settings.Warnings)
        {
            StandardStreams.ErrorLine($"Warning: {warning}");
        }

        StartupWarnings.Print(services.GetRequiredService<AgentCatalog>().Inspect(), services.GetServices<IToolSource>);
        StartupWarnings.PrintInsecure(project);
        StartupWarnings.PrintUnused(project);
        var sessions = new StreamJsonSessions(
            project, services.GetRequiredService<SessionFactory>(), services.GetRequiredService<IModelProvider>(),
            options.IncludePartialMessages);
        using var session = new StreamJsonRun(
            run,
            project,
            sessions,
            services.GetRequiredService<IAgentCatalog>(),
            SessionRequests.Of(services.GetRequiredService<TranscriptStore>(), options, new SlashCommands(project)),
            services.GetRequiredService<TimeProvider>());
        return await session.RunAsync(options.Prompt, cancellationToken).ConfigureAwait(false);
    }

    private static string Prompt(CliOptions options)
    {
        var piped = StandardInput.IsTerminal
            ? string.Empty
            : StandardInput.ReadAll(static warning => StandardStreams.ErrorLine($"Warning: {warning}"));
        return piped.Length == 0 ? options.Prompt ?? string.Empty : $"{piped}\n\n{options.Prompt}";
    }

    private static async Task<int> RefuseAsync(SessionFactory sessions, SlashCommands commands, OutputFormat format, string refusal)
    {
        if (format is OutputFormat.Text)
        {
            StandardStreams.ErrorLine(refusal);
            return ExitCodes.Success;
        }

        var array = format is OutputFormat.Json ? new ArraySink() : null;
        var id = SessionId.New();
        var writer = new MessageWriter(array is null ? new LineSink() : array, id.Value);
        var frontEnd =
            new StreamJsonFrontEnd(
                writer, includePartial: false, array is not null, () => commands.Headless, ProgramVersion.Text);
        var session = sessions.Open(new SessionRequest { Id = id, WithholdUnapprovable = true }, frontEnd);
        await using var owned = session.ConfigureAwait(false);
        frontEnd.Answer(session.Info, refusal, RunEnd.Error);
        array?.Finish();
        return ExitCodes.Success;
    }
}
