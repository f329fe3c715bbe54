using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.IO;
using QwenCode.Definitions.Agents;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen agents list|show|validate</c>.</summary>
internal static class AgentsCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (options, rest) = CommandLineWords.Read(args, 2);
        using var host = Composition.Build(options);
        var report = host.Services.GetRequiredService<AgentCatalog>().Inspect();
        switch (args[1])
        {
            case "show":
                if (rest.Count == 0 || host.Services.GetRequiredService<AgentCatalog>().Find(rest[0]) is not { } definition)
                {
                    StandardStreams.ErrorLine(rest.Count == 0 ? "Name the agent: qwen agents show NAME (see qwen agents list)."
                        : $"There is no agent '{rest[0]}' (see qwen agents list{(report.IsSound ? string.Empty : "; files that cannot be used are named by qwen agents validate")}).");
                    return ExitCodes.Failure;
                }

                StandardStreams.Out(AgentReportText.Show(definition));
                return ExitCodes.Success;
            case "validate":
                string[] known = [.. host.Services.GetServices<IToolSource>().SelectMany(static source => source.Snapshot()).Select(static tool => tool.Name)];
                var (text, isSound) = AgentReportText.Validate(report, known);
                StandardStreams.Out(text);
                return isSound ? ExitCodes.Success : ExitCodes.Failure;
            default:
                StandardStreams.Out(AgentReportText.List(report));
                return await Task.FromResult(ExitCodes.Success).ConfigureAwait(false);
        }
    }
}
