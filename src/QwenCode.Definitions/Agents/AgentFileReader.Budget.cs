using QwenCode.Agents;
using QwenCode.Definitions.Markdown;

namespace QwenCode.Definitions.Agents;

/// <content>The limits of an agent.</content>
internal sealed partial class AgentFileReader
{
    private AgentBudget Budget()
    {
        Dictionary<string, FrontMatterValue> limits = [];
        if (_document.Find("runConfig") is { IsNull: false } run)
        {
            if (run.Members is { } members)
            {
                limits = members;
            }
            else
            {
                Error(run, $"'runConfig' must be a map, but is {run.Kind}");
            }
        }

        var turns = Least(
            Limit(limits, "runConfig.", "max_turns", whole: true, int.MaxValue),
            Limit(_document.Values, string.Empty, "maxTurns", whole: true, int.MaxValue),
            Limit(_document.Values, string.Empty, "max_turns", whole: true, int.MaxValue));
        var minutes = Limit(limits, "runConfig.", "max_time_minutes", whole: false, TimeSpan.MaxValue.TotalMinutes / 2);
        if (turns > 100)
        {
            _warnings.Add($"'runConfig.max_turns' is {turns}; more than 100 are rarely of use");
        }

        if (minutes > 60)
        {
            _warnings.Add($"'runConfig.max_time_minutes' is {minutes}; more than 60 are rarely of use");
        }

        return new(
            (int?)turns,
            minutes is { } time ? TimeSpan.FromMinutes(time) : null,
            (long?)Limit(limits, "runConfig.", "max_tokens", whole: true, long.MaxValue / 2),
            (int?)Limit(limits, "runConfig.", "max_tool_calls", whole: true, int.MaxValue));
    }

    private static double? Least(params ReadOnlySpan<double?> limits)
    {
        double? least = null;
        foreach (var limit in limits)
        {
            least = limit < least || least is null ? limit ?? least : least;
        }

        return least;
    }

    private double? Limit(Dictionary<string, FrontMatterValue> limits, string prefix, string name, bool whole, double most)
    {
        if (limits.GetValueOrDefault(name) is not { } value || value.IsNull)
        {
            return null;
        }

        if (value.Number is not { } number)
        {
            Error(value, $"'{prefix}{name}' must be a number, but is {value.Kind}");
        }
        else if (number <= 0 || number > most)
        {
            Error(value, $"'{prefix}{name}' must be greater than 0{(number > most ? " and not as large as this" : string.Empty)}");
        }
        else if (whole && number != Math.Truncate(number))
        {
            Error(value, $"'{prefix}{name}' must be a whole number");
        }
        else
        {
            return number;
        }

        return null;
    }
}
