using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Definitions.Agents;
using QwenCode.Hosting;
using QwenCode.Kernel;
using QwenCode.Kernel.Tasks;
using QwenCode.Sessions;

namespace QwenCode.Cli.Serving;

/// <summary>What all clients of a process are served from: the project of the directory it was started in.</summary>
internal sealed class ServedProject(IServiceProvider services, CliOptions options)
{
    private readonly ConcurrentDictionary<string, byte> _busy = new(StringComparer.OrdinalIgnoreCase);

    public WorkspaceServices Workspace { get; } = services.GetRequiredService<WorkspaceServices>();

    public SlashCommands Commands { get; } = new(services.GetRequiredService<WorkspaceServices>());

    public SessionFactory Sessions { get; } = services.GetRequiredService<SessionFactory>();

    public AgentCatalog Agents { get; } = services.GetRequiredService<AgentCatalog>();

    public TaskRegistry Tasks { get; } = services.GetRequiredService<AgentKernel>().Tasks;

    public TimeProvider Time { get; } = services.GetRequiredService<TimeProvider>();

    /// <summary>Returns what a session of a client may do: what the command line and the settings say, whatever the client wants.</summary>
    /// <param name="canAsk">Whether the client puts questions to its user.</param>
    public SessionRequest Request(bool canAsk)
    {
        var withheld = new Dictionary<string, string>
        {
            // Its approval would change the mode, and a mode is not for clients to change.
            ["exit_plan_mode"] = "the mode of qwen mcp serve",
        };
        if (!canAsk)
        {
            withheld["ask_user_question"] = "the client cannot ask its user";
        }

        return new SessionRequest
        {
            Mode = options.Mode,
            MaxTurns = options.MaxSessionTurns,
            MaxToolCalls = options.MaxToolCalls,
            CanAskUser = canAsk,
            WithholdUnapprovable = !canAsk,
            WithheldTools = withheld,
            ExpandPrompt = Commands.Expand,
        };
    }

    /// <summary>Claims a session for a prompt; two at once would write over each other.</summary>
    /// <returns>Whether nobody else has it.</returns>
    public bool TryClaim(SessionId session) => _busy.TryAdd(session.Value, 0);

    /// <summary>Gives a session back.</summary>
    public void Release(SessionId session) => _busy.TryRemove(session.Value, out _);
}
