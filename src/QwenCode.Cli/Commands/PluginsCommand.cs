using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Plugins;
using QwenCode.Plugins.Reports;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen plugins list|inspect|doctor</c>.</summary>
internal static class PluginsCommand
{
    public static async Task<int> RunAsync(CliOptions options, CancellationToken cancellationToken)
    {
        var rest = options.CommandWords;
        using var host = Composition.Build(options);
        var plugins = host.Services.GetRequiredService<PluginHost>();
        await using var owned = plugins.ConfigureAwait(false);
        switch (options.Verb)
        {
            case "doctor":
                var verified = await plugins.VerifyAsync(cancellationToken).ConfigureAwait(false);
                StandardStreams.Out(PluginReportText.Doctor(verified));
                return verified.IsHealthy ? ExitCodes.Success : ExitCodes.Failure;
            case "inspect":
                if (rest.Count == 0)
                {
                    StandardStreams.ErrorLine("Name the plugin: qwen plugins inspect NAME (see qwen plugins list).");
                    return ExitCodes.Failure;
                }

                var loaded = await plugins.VerifyAsync(cancellationToken).ConfigureAwait(false);
                if (PluginReportText.Inspect(loaded, rest[0]) is not { } text)
                {
                    StandardStreams.ErrorLine($"There is no plugin '{rest[0]}' (see qwen plugins list).");
                    return ExitCodes.Failure;
                }

                StandardStreams.Out(text);
                return ExitCodes.Success;
            default:
                StandardStreams.Out(PluginReportText.List(plugins.Report()));
                return ExitCodes.Success;
        }
    }
}
