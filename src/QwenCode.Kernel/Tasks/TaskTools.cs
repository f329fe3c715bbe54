using System.Globalization;
using System.Text;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tools;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tasks;

/// <summary>Stops a task and everything below it.</summary>
internal sealed class TaskStopTool(SessionContext session) : KernelTool(new ToolDeclaration
{
    Name = "task_stop",
    DisplayName = "TaskStop",
    Description =
        "Stops a background task by its id. What it was doing is cancelled, with everything it started; a last notification follows.",
    Traits = ToolTraits.Preapproved,
    Source = "kernel",
    Parameters = ToolDeclaration.Schema(
        """
        {"type":"object","properties":{"task_id":{"type":"string","description":"The task's id."}},"required":["task_id"],
        "additionalProperties":false}
        """u8),
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context, Agent caller)
    {
        var id = Required(arguments, "task_id");
        return new KernelInvocation(id, _ => ValueTask.FromResult(Stop(id)));
    }

    private ToolResult Stop(string id) => session.Registry.Stop(session.Id, id) switch
    {
        null => EarlierTasks.Refuse(session, id) ?? ToolResult.Failure("task_stop_not_found", $"Task not found: {id}"),
        { HasEnded: true } task => ToolResult.Failure("task_stop_not_running", $"Task is {TaskNotification.Status(task.State)}: {id}"),
        var task => ToolResult.Success(
            $"Task {id} was told to stop; its last notification follows.\nDescription: {task.Description}",
            $"Cancelled: {task.Description}"),
    };
}

/// <summary>Sends a message to a running agent.</summary>
internal sealed class SendMessageTool(SessionContext session) : KernelTool(new ToolDeclaration
{
    Name = "send_message",
    DisplayName = "SendMessage",
    Description = "Sends a message to a background agent that still runs. It gets it after its current round of tool calls.",
    Traits = ToolTraits.Preapproved,
    Source = "kernel",
    Parameters = ToolDeclaration.Schema(
        """
        {"type":"object","properties":{"task_id":{"type":"string","description":"The agent's task id."},"message":{
        "type":"string","description":"The message."}},"required":["task_id","message"],"additionalProperties":false}
        """u8),
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context, Agent caller)
    {
        var (id, message) = (Required(arguments, "task_id"), Required(arguments, "message"));
        return new KernelInvocation(id, _ => ValueTask.FromResult(Send(id, message)));
    }

    private ToolResult Send(string id, string message) => session.Registry.SendMessage(session.Id, id, message, out var isTaken) switch
    {
        null => EarlierTasks.Refuse(session, id) ?? ToolResult.Failure("send_message_not_found", $"Task not found: {id}"),
        var task when !isTaken => ToolResult.Failure(
            "send_message_not_running", $"Task is {(task.HasEnded ? TaskNotification.Status(task.State) : "just ending")}: {id}"),
        var task => ToolResult.Success($"Message queued for task {id}; it is delivered after the agent's current round of tool calls.",
            $"Message queued for {task.Description}"),
    };
}

/// <summary>Lists the session's tasks.</summary>
internal sealed class TaskListTool(SessionContext session) : KernelTool(new ToolDeclaration
{
    Name = "task_list",
    DisplayName = "TaskList",
    Description = "Lists the background tasks of this session: id, state, what each is about, and what it has spent.",
    Traits = ToolTraits.ReadOnly,
    Source = "kernel",
    Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{},"additionalProperties":false}"""u8),
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context, Agent caller) =>
        new KernelInvocation("Tasks", _ => ValueTask.FromResult(List()));

    private ToolResult List()
    {
        var tasks = session.Registry.List(session.Id);
        if (tasks.Count == 0)
        {
            return ToolResult.Success("There are no tasks.");
        }

        var text = new StringBuilder();
        foreach (var task in tasks)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{task.Id} [{TaskNotification.Status(task.State)}] {task.Type}: {task.Description.ReplaceLineEndings(" ")}");
            if (task.Stats is { } stats)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $" ({stats.TotalTokens} tokens, {stats.ToolUses} tool uses, {stats.Duration.TotalSeconds:0} s)");
            }

            text.Append('\n');
        }

        return ToolResult.Success(text.ToString().TrimEnd(), $"{tasks.Count} tasks");
    }
}
