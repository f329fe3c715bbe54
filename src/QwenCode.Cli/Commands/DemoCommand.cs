using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Interactive;
using QwenCode.Cli.IO;
using QwenCode.Cli.Programs;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Models.Scripting;
using QwenCode.Permissions;
using QwenCode.Sessions;

namespace QwenCode.Cli.Commands;

/// <summary>
/// <c>qwen demo [--debug]</c>: the real kernel, plugins and tools at work on the current directory; only the model is scripted.
/// </summary>
internal static class DemoCommand
{
    private const string Prompt = "Show me around this project.";

    public static async Task<int> RunAsync(RunHost run, CliOptions options, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (options.IsDebugging)
        {
            DebugLog.AddTo(builder);
        }

        var script = ScriptedModel.Parse(await ReadScriptAsync(cancellationToken).ConfigureAwait(false), "demo.yaml", keepsRequests: false);
        builder.Services.AddSingleton<IModelProvider>(new ScriptedProvider(script));
        builder.Services.AddQwenCode(static qwen =>
        {
            (qwen.RecordTranscripts, qwen.EnableCheckpoints, qwen.EnablePluginReload) = (false, false, false);
            ThisProgram.Configure(qwen);
        });
        using var host = builder.Build();
        ThisProgram.HandOver(ManagedNeed.Find(options, host.Services.GetRequiredService<WorkspaceServices>()));
        var frontEnd = new Headless.OutcomeRecorder(new TranscriptFrontEnd(), showNotices: true);
        var session = host.Services.GetRequiredService<SessionFactory>()
            .Open(new SessionRequest { Mode = ApprovalMode.Default, WithholdUnapprovable = true }, frontEnd);
        await using var owned = session.ConfigureAwait(false);
        StandardStreams.Out(
            $"The real kernel, plugins and tools work on {session.Info.Directory}; only the model is scripted.\n\n> {Prompt}\n");
        using var stop = cancellationToken.UnsafeRegister(_ => session.Send(new ShutdownInput()), null);
        run.HandleStops();
        session.Send(new PromptInput(Prompt));
        session.Send(new CompleteInput());
        await session.Completion.ConfigureAwait(false);
        return Verdict.Of(frontEnd.Outcome, run.Reason).Code;
    }

    private static async Task<string> ReadScriptAsync(CancellationToken cancellationToken)
    {
        using var stream = typeof(DemoCommand).Assembly.GetManifestResourceStream("demo.yaml")!;
        using var reader = new StreamReader(stream);
        var script = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        return script.Replace(
            "{{workspace}}", new QwenCodeOptions().WorkingDirectory.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private sealed class ScriptedProvider(ScriptedModel script) : IModelProvider
    {
        public ModelReference Default { get; } = new("scripted", "scripted", script);

        public ModelReference Resolve(string? selector, ModelReference? parent = null) => parent ?? Default;
    }
}
