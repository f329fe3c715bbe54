using QwenCode.Agents;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Cron;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>The kernel's own tools: agents, tasks and, if they are switched on, schedules.</summary>
internal sealed class KernelToolSource(SessionContext session) : IToolSource
{
    private Tool[]? _rest;
    private IReadOnlyList<AgentDefinition>? _seen;
    private IReadOnlyList<Tool> _current = [];

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot()
    {
        var definitions = session.Agents.List();
        if (!ReferenceEquals(definitions, _seen))
        {
            _seen = definitions;
            _current = [new AgentTool(session.Launcher, definitions), .. _rest ??= CreateRest()];
        }

        return _current;
    }

    private Tool[] CreateRest() =>
    [
        new TaskStopTool(session), new SendMessageTool(session), new TaskListTool(session),
        .. session.Cron is { } cron ? (Tool[])[new CronCreateTool(cron), new CronListTool(cron), new CronDeleteTool(cron)] : [],
    ];
}
