using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Sessions;

namespace QwenCode.Protocol.StreamJson;

/// <summary>Writes the <c>stats</c> of a result.</summary>
internal static class Statistics
{
    public static void Write(Utf8JsonWriter json, SessionUsage usage)
    {
        json.WriteStartObject("stats"u8);
        json.WriteStartObject("models"u8);
        foreach (var (name, model) in usage.Models)
        {
            json.WriteStartObject(name);
            json.WriteStartObject("api"u8);
            json.WriteNumber("totalRequests"u8, model.Requests);
            json.WriteNumber("totalErrors"u8, model.Errors);
            json.WriteNumber("totalLatencyMs"u8, (long)model.Latency.TotalMilliseconds);
            json.WriteEndObject();
            Tokens(json, model.Tokens);
            if (model.Cost is { } cost)
            {
                json.WriteNumber("costUSD"u8, cost);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        Tools(json, usage);
        json.WriteStartObject("files"u8);
        json.WriteNumber("totalLinesAdded"u8, usage.LinesAdded);
        json.WriteNumber("totalLinesRemoved"u8, usage.LinesRemoved);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Tokens(Utf8JsonWriter json, UsageDetails tokens)
    {
        json.WriteStartObject("tokens"u8);
        json.WriteNumber("prompt"u8, tokens.InputTokenCount ?? 0);
        json.WriteNumber("candidates"u8, tokens.OutputTokenCount ?? 0);
        json.WriteNumber("total"u8, tokens.TotalTokenCount ?? 0);
        json.WriteNumber("cached"u8, tokens.CachedInputTokenCount ?? 0);
        json.WriteNumber("thoughts"u8, tokens.ReasoningTokenCount ?? 0);
        json.WriteNumber("tool"u8, 0);
        json.WriteEndObject();
    }

    private static void Tools(Utf8JsonWriter json, SessionUsage usage)
    {
        json.WriteStartObject("tools"u8);
        Counts(json, usage.Tools.Values.Aggregate(new ToolUsage(0, 0, TimeSpan.Zero, 0, 0, 0), static (sum, tool) => new(
            sum.Calls + tool.Calls,
            sum.Failures + tool.Failures,
            sum.Duration + tool.Duration,
            sum.Accepted + tool.Accepted,
            sum.Rejected + tool.Rejected,
            sum.AutoAccepted + tool.AutoAccepted)), "total", "totalDecisions");
        json.WriteStartObject("byName"u8);
        foreach (var (name, tool) in usage.Tools)
        {
            json.WriteStartObject(name);
            Counts(json, tool, string.Empty, "decisions");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter json, ToolUsage tool, string prefix, string decisions)
    {
        json.WriteNumber(Name("Calls", "count"), tool.Calls);
        json.WriteNumber(Name("Success", "success"), tool.Calls - tool.Failures);
        json.WriteNumber(Name("Fail", "fail"), tool.Failures);
        json.WriteNumber(Name("DurationMs", "durationMs"), (long)tool.Duration.TotalMilliseconds);
        json.WriteStartObject(decisions);
        json.WriteNumber("accept"u8, tool.Accepted);
        json.WriteNumber("reject"u8, tool.Rejected);
        json.WriteNumber("modify"u8, 0);
        json.WriteNumber("auto_accept"u8, tool.AutoAccepted);
        json.WriteEndObject();

        string Name(string total, string single) => prefix.Length > 0 ? prefix + total : single;
    }
}
