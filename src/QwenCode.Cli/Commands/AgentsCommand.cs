using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Definitions.Agents;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen agents list|show|validate</c>.</summary>
internal static class AgentsCommand
{
    public static int Run(CliOptions options)
    {
        using var host = Composition.Build(options);
        var catalog = host.Services.GetRequiredService<AgentCatalog>();
        var report = catalog.Inspect();
        var name = options.CommandWords.Count > 0 ? options.CommandWords[0] : null;
        switch (options.Verb)
        {
            case "show":
                if (name is null || catalog.Find(name) is not { } definition)
                {
                    StandardStreams.ErrorLine(name is null ? "Name the agent: qwen agents show NAME (see qwen agents list)."
                        : $"There is no agent '{name}' (see qwen agents "
                        + $"list{(report.IsSound ? string.Empty : "; files that cannot be used are named by qwen agents validate")}).");
                    return ExitCodes.Failure;
                }

                StandardStreams.Out(AgentReportText.Show(definition));
                return ExitCodes.Success;
            case "validate":
                var known = KnownTools.Of(host.Services.GetServices<IToolSource>());
                var (text, isSound) = AgentReportText.Validate(report, known);
                StandardStreams.Out(text);
                return isSound ? ExitCodes.Success : ExitCodes.Failure;
            default:
                StandardStreams.Out(AgentReportText.List(report));
                return ExitCodes.Success;
        }
    }
}
