namespace QwenCode.Kernel;

/// <summary>Bounds of the kernel. Complete by default; every one is there so that one agent cannot use up what all share.</summary>
public sealed class KernelOptions
{
    /// <summary>
    /// Gets or sets how many background agents run at once in the process; more wait as queued. The default is 8: a provider's
    /// usual rate limits carry about that many.
    /// </summary>
    public int MaxConcurrentAgents { get; set; } = 8;

    /// <summary>
    /// Gets or sets how deep agents may launch agents, the main one being at depth 0. The default is 5: deeper trees were never
    /// seen to be meant.
    /// </summary>
    public int MaxAgentDepth { get; set; } = 5;

    /// <summary>
    /// Gets or sets how many calls of one answer run side by side. The default is 10 (<c>QWEN_CODE_MAX_TOOL_CONCURRENCY</c>).
    /// </summary>
    public int MaxToolConcurrency { get; set; } = 10;

    /// <summary>Gets or sets the budget that every agent below the main one has at most. The default sets no bound.</summary>
    public QwenCode.Agents.AgentBudget AgentBudget { get; set; } = QwenCode.Agents.AgentBudget.None;

    /// <summary>
    /// Gets or sets after how long without any sign of life an agent is reported. The default is 5 minutes; zero never does.
    /// </summary>
    public TimeSpan StallWarning { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets after how long without any sign of life an agent is failed. The default is 30 minutes, above any tool's own
    /// limit; zero never does.
    /// </summary>
    public TimeSpan StallLimit { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets or sets how long a stopped task may take to end by itself. The default is 5 seconds.</summary>
    public TimeSpan StopGracePeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how many characters of a result a notification carries; the rest is in the agent's transcript. The default is
    /// 2,000.
    /// </summary>
    public int MaxNotificationCharacters { get; set; } = 2_000;

    /// <summary>Checks that every bound makes sense.</summary>
    /// <exception cref="InvalidOptionsException">At least one does not; the message lists all of them.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        Check(faults);
        faults.ThrowIfAny();
    }

    /// <summary>Notes which bounds make no sense.</summary>
    /// <param name="faults">Takes them.</param>
    public void Check(OptionFaults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        faults.AtLeast(nameof(MaxConcurrentAgents), MaxConcurrentAgents, 1)
            .AtLeast(nameof(MaxAgentDepth), MaxAgentDepth, 0)
            .AtLeast(nameof(MaxToolConcurrency), MaxToolConcurrency, 1)
            .AtLeast(nameof(MaxNotificationCharacters), MaxNotificationCharacters, 1)
            .NotNegative(nameof(StallWarning), StallWarning)
            .NotNegative(nameof(StallLimit), StallLimit)
            .NotNegative(nameof(StopGracePeriod), StopGracePeriod)
            .Require(AgentBudget is not null, $"{nameof(AgentBudget)} is null; use {nameof(AgentBudget)}.None for no bound.");
    }
}
