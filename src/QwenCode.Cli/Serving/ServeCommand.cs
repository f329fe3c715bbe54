using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Definitions.Agents;
using QwenCode.Mcp.Serving;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Cli.Serving;

/// <summary><c>qwen mcp serve</c>: serves tools, agents and tasks of this project to other programs.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(RunHost run, CliOptions options, CancellationToken cancellationToken)
    {
        if (options.MaxWallTime is { } limit)
        {
            run.StopAfter(limit);
        }

        // Before the input is read: the host may hand over to another program, which reads it instead.
        using var host = await Composition.BuildAsync(options, cancellationToken).ConfigureAwait(false);
        var token = options.Http is null ? null : HttpToken.Read(options);
        var project = new ServedProject(host.Services, options);
        var plugins = host.Services.GetRequiredService<PluginHost>();
        StartupWarnings.Print(
            project.Workspace, host.Services.GetRequiredService<AgentCatalog>(), plugins, host.Services.GetServices<IToolSource>);
        run.HandleStops();
        try
        {
            var serving = options.Http is { } place
                ? ServeHttpAsync(project, place, token, cancellationToken) : ServeInputAsync(project, cancellationToken);
            await serving.ConfigureAwait(false);
        }
        finally
        {
            // The code of a plugin may hold what outlives a process, so it learns of the end.
            if (plugins.HasLoaded)
            {
                await plugins.DisposeAsync().ConfigureAwait(false);
            }
        }

        if (run.Reason is StopReason.None or StopReason.OutputClosed)
        {
            return ExitCodes.Success;
        }

        var verdict = Verdict.Of(null, run.Reason);
        StandardStreams.ErrorLine(verdict.Message!);
        return verdict.Code;
    }

    private static async Task ServeHttpAsync(
        ServedProject project, HttpPlace place, string? token, CancellationToken cancellationToken)
    {
        var server = new McpHttpServer(
            new McpHttpOptions { Host = place.Host, Port = place.Port, Token = token },
            transport => new ServedConnection(project, transport), project.Time);
        await using var owned = server.ConfigureAwait(false);
        StandardStreams.ErrorLine($"Serving {server.Address}{(token is null ? string.Empty : ", for clients with the token")}.");
        await server.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ServeInputAsync(ServedProject project, CancellationToken cancellationToken)
    {
        var client = new ServedClient(project);
        await using var owned = client.ConfigureAwait(false);
        var transport = new LineTransport(() => client.DisposeAsync().AsTask());
        await using var ownedTransport = transport.ConfigureAwait(false);
        var server = client.CreateServer(transport);
        await using var ownedServer = server.ConfigureAwait(false);

        // A signal ends the client's session first: what it has to say is still said.
        using var stop = cancellationToken.UnsafeRegister(
            static state => _ = Task.Run(() => ((LineTransport)state!).EndAsync(CancellationToken.None)), transport);
        await server.RunAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
