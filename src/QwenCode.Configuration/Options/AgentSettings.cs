using System.Globalization;
using QwenCode.Agents;

namespace QwenCode.Configuration.Options;

/// <summary>What the settings say of the bounds of agents; <c>null</c> leaves a bound to the host.</summary>
public sealed record AgentSettings
{
    /// <summary>Gets how many background agents run at once (<c>agents.maxConcurrent</c>).</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Gets how deep agents may launch agents (<c>agents.maxDepth</c>).</summary>
    public int? MaxDepth { get; init; }

    /// <summary>
    /// Gets what every agent may spend at most (<c>agents.runConfig</c>, with the keys of an agent file's <c>runConfig</c>).
    /// </summary>
    public AgentBudget Budget { get; init; } = AgentBudget.None;

    /// <summary>Gets after how long without a sign of life an agent is reported (<c>agents.stallWarningMinutes</c>, 0 for never).</summary>
    public TimeSpan? StallWarning { get; init; }

    /// <summary>Gets after how long without a sign of life an agent is failed (<c>agents.stallLimitMinutes</c>, 0 for never).</summary>
    public TimeSpan? StallLimit { get; init; }

    /// <summary>Gets how many calls of one answer run side by side (<c>QWEN_CODE_MAX_TOOL_CONCURRENCY</c>).</summary>
    public int? MaxToolConcurrency { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="SettingsException">A value cannot be used.</exception>
    public static AgentSettings From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new()
        {
            MaxConcurrent = Count("agents.maxConcurrent", 1) ?? Count("agents.maxParallelAgents", 1),
            MaxDepth = Count("agents.maxDepth", 0) ?? Count("model.maxSubagentDepth", 1),
            Budget = new AgentBudget(
                MaxTurns: Count("agents.runConfig.max_turns", 1),
                MaxDuration: Minutes("agents.runConfig.max_time_minutes") switch
                {
                    { } time when time == TimeSpan.Zero =>
                        throw settings.Invalid("agents.runConfig.max_time_minutes", "must be a number of minutes, more than 0."),
                    var time => time,
                },
                MaxTokens: Count("agents.runConfig.max_tokens", 1),
                MaxToolCalls: Count("agents.runConfig.max_tool_calls", 1)),
            StallWarning = Minutes("agents.stallWarningMinutes"),
            StallLimit = Minutes("agents.stallLimitMinutes"),
            MaxToolConcurrency = Width("QWEN_CODE_MAX_TOOL_CONCURRENCY"),
        };

        int? Width(string variable) => settings.Variable(variable) switch
        {
            null => null,
            { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width >= 1 => width,
            var text => throw new SettingsException(
                "the environment", 0, variable, $"must be a whole number of at least 1, not \"{text}\"; unset it for the default of 10."),
        };

        int? Count(string key, int least) => settings.Integer(key) switch
        {
            null => null,
            { } number when number >= least => number,
            _ => throw settings.Invalid(key, $"must be a whole number of at least {least}."),
        };

        TimeSpan? Minutes(string key) => settings.Number(key) switch
        {
            null => null,
            >= 0 and <= 1e6 and var minutes => TimeSpan.FromMinutes(minutes),
            _ => throw settings.Invalid(key, "must be a number of minutes, 0 or more."),
        };
    }
}
