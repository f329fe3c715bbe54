using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Tools;
using QwenCode.Tools;

namespace QwenCode.Kernel.Cron;

/// <summary>Schedules a prompt.</summary>
internal sealed class CronCreateTool(CronSchedule schedule) : KernelTool(new ToolDeclaration
{
    Name = "cron_create",
    DisplayName = "CronCreate",
    Description = "Schedules a prompt for this session, once or again and again, by a five-field cron expression in local time.",
    Traits = ToolTraits.Preapproved,
    Source = "kernel",
    Parameters = ToolDeclaration.Schema(
        """
        {"type":"object","properties":{"cron":{"type":"string","description":"Minute, hour, day of month, month, day of week."},
        "prompt":{"type":"string","description":"What to do then."},"recurring":{"type":"boolean",
        "description":"Whether it comes again; the default is true."}},"required":["cron","prompt"],"additionalProperties":false}
        """u8),
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context, Agent caller)
    {
        var (cron, prompt) = (arguments.String("cron") ?? string.Empty, Required(arguments, "prompt"));
        if (!CronExpression.TryParse(cron, out var expression, out var error))
        {
            throw new ToolArgumentException(error);
        }

        // Such a job would never fire and never go, and a run waits for its jobs.
        if (expression.Next(context.Time.GetLocalNow().DateTime) is null)
        {
            throw new ToolArgumentException($"No time within the next four years matches \"{cron}\".");
        }

        return new KernelInvocation(
            $"{cron}: {prompt}", _ => ValueTask.FromResult(Create(expression, prompt, arguments.Boolean("recurring") ?? true)));
    }

    private ToolResult Create(CronExpression expression, string prompt, bool isRecurring)
    {
        if (schedule.Add(expression, prompt, isRecurring) is not { } job)
        {
            return ToolResult.Failure(
                ToolError.ExecutionFailed, $"There are {CronSchedule.MaxJobs} scheduled jobs already; delete one first.");
        }

        return ToolResult.Success(
            isRecurring
                ? $"Scheduled recurring job {job.Id} ({expression.Text}). It lives as long as this session and expires after 3 days; "
                + "CronDelete cancels it sooner."
                : $"Scheduled one-shot task {job.Id} ({expression.Text}). It lives as long as this session, fires once and is then "
                + "removed.",
            $"Scheduled {job.Id} ({expression.Human})");
    }
}

/// <summary>Lists scheduled prompts.</summary>
internal sealed class CronListTool(CronSchedule schedule) : KernelTool(new ToolDeclaration
{
    Name = "cron_list",
    DisplayName = "CronList",
    Description = "Lists the prompts that are scheduled in this session.",
    Traits = ToolTraits.ReadOnly,
    Source = "kernel",
    Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{},"additionalProperties":false}"""u8),
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context, Agent caller) =>
        new KernelInvocation("Schedules", _ => ValueTask.FromResult(List()));

    private ToolResult List() => schedule.Jobs is { Count: > 0 } jobs
        ? ToolResult.Success(
            string.Join('\n', jobs.Select(static job =>
                $"{job.Id} — {job.Expression.Text} ({(job.IsRecurring ? "recurring" : "one-shot")}) [session-only]: {job.Prompt}")),
            string.Join('\n', jobs.Select(static job => $"{job.Id} {job.Expression.Human}")))
        : ToolResult.Success("No active cron jobs.");
}

/// <summary>Cancels a scheduled prompt.</summary>
internal sealed class CronDeleteTool(CronSchedule schedule) : KernelTool(new ToolDeclaration
{
    Name = "cron_delete",
    DisplayName = "CronDelete",
    Description = "Cancels a scheduled prompt by its id.",
    Traits = ToolTraits.Preapproved,
    Source = "kernel",
    Parameters = ToolDeclaration.Schema(
        """
        {"type":"object","properties":{"id":{"type":"string","description":"The job's id."}},"required":["id"],
        "additionalProperties":false}
        """u8),
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context, Agent caller)
    {
        var id = arguments.String("id") ?? string.Empty;
        return new KernelInvocation(id, _ => ValueTask.FromResult(
            schedule.Remove(id) ? ToolResult.Success($"Cancelled job {id}.", $"Cancelled {id}")
                : ToolResult.Failure(ToolError.ExecutionFailed, $"Job {id} not found.")));
    }
}
