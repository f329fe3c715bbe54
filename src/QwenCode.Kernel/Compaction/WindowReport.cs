using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Sessions;

namespace QwenCode.Kernel.Compaction;

/// <summary>Finds out what fills an agent's window.</summary>
internal static class WindowReport
{
    private const string MemoryStart = "--- Context from: ";
    private const int Bar = 40;
    private const int MostNamed = 3;

    /// <summary>Measures.</summary>
    /// <param name="agent">The agent, between two requests.</param>
    public static ContextReport Of(Agent agent)
    {
        var used = agent.Gauge.Measure();
        var items = new Dictionary<(string Category, string Name), long>();
        AddSystem(agent, Add);
        foreach (var tool in agent.OfferedTools().Tools)
        {
            Add(tool.Name.StartsWith("mcp__", StringComparison.Ordinal) ? "MCP tools" : "tools", tool.Name, agent.Gauge.Of(
                $"{tool.Name}{tool.Declaration.Description}{tool.Declaration.Parameters.GetRawText()}"));
        }

        AddMessages(agent, Add);
        return new(agent.Model.Id, agent.Model.ContextWindow, used,
            Compactor.LimitOf(agent.Model, agent.Session.Options.Compaction.Threshold),
            [.. items.Select(static item => new ContextItem(item.Key.Category, item.Key.Name, item.Value))]);

        void Add(string category, string name, long tokens)
        {
            if (tokens > 0)
            {
                items[(category, name)] = items.GetValueOrDefault((category, name)) + tokens;
            }
        }
    }

    /// <summary>Writes a report for a reader.</summary>
    /// <param name="report">The report.</param>
    /// <param name="isDetailed">Whether every item is named, and not only the largest of each kind.</param>
    public static string Text(ContextReport report, bool isDetailed)
    {
        var share = report.Window == 0 ? 0 : Math.Clamp((double)report.Used / report.Window, 0, 1);
        var filled = (int)Math.Round(share * Bar);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{report.Model}: {report.Used:N0} of {report.Window:N0} tokens ({share:P0})\n");
        text.Append('[').Append('#', filled).Append('.', Bar - filled).Append("]\n");
        text.Append(report.CompactsAt > 0
            ? string.Create(CultureInfo.InvariantCulture, $"Compressed from {report.CompactsAt:N0} tokens on.\n\n")
            : "Not compressed by itself.\n\n");
        foreach (var category in report.Items.GroupBy(static item => item.Category))
        {
            text.Append(CultureInfo.InvariantCulture, $"{category.Key,-16}{category.Sum(static item => item.Tokens),10:N0}\n");
            var named = category.Where(static item => item.Name.Length > 0).OrderByDescending(static item => item.Tokens).ToArray();
            foreach (var item in named.Take(isDetailed ? named.Length : MostNamed))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {item.Tokens,10:N0}  {item.Name}\n");
            }

            if (!isDetailed && named.Length > MostNamed)
            {
                var rest = named.Skip(MostNamed).Sum(static item => item.Tokens);
                text.Append(CultureInfo.InvariantCulture, $"  {rest,10:N0}  {named.Length - MostNamed} more (/context detail)\n");
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"{"free",-16}{Math.Max(0, report.Window - report.Used),10:N0}").ToString();
    }

    private static void AddSystem(Agent agent, Action<string, string, long> add)
    {
        var options = agent.Session.Options;
        var memory = options.MemoryText;
        add("system prompt", string.Empty, agent.Gauge.Of(options.SystemPrompt) - agent.Gauge.Of(memory));
        for (var at = 0; at < memory.Length;)
        {
            var next = memory.IndexOf(MemoryStart, at + 1, StringComparison.Ordinal);
            var file = memory[at..(next < 0 ? memory.Length : next)];
            var end = file.StartsWith(MemoryStart, StringComparison.Ordinal) ? file.IndexOf(" ---", StringComparison.Ordinal) : -1;
            add("memory files", end < 0 ? string.Empty : file[MemoryStart.Length..end], agent.Gauge.Of(file));
            at += file.Length;
        }

        foreach (var message in options.StartupMessages)
        {
            add("surroundings", string.Empty, agent.Gauge.Of(message));
        }
    }

    private static void AddMessages(Agent agent, Action<string, string, long> add)
    {
        var history = agent.History;
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = Rounds.HeadOf(history, agent.Session.Options.StartupMessages); i < history.Count; i++)
        {
            if (CompactedMessage.Is(history[i]))
            {
                add("compacted part", string.Empty, agent.Gauge.Of(history[i]));
                continue;
            }

            foreach (var content in history[i].Contents)
            {
                var tokens = agent.Gauge.Of(new ChatMessage(history[i].Role, [content]));
                switch (content)
                {
                    case FunctionCallContent call:
                        names[call.CallId] = call.Name;
                        add("calls", call.Name, tokens);
                        break;
                    case FunctionResultContent result:
                        add("results", names.GetValueOrDefault(result.CallId, string.Empty), tokens);
                        break;
                    case TextReasoningContent:
                        add("thoughts", string.Empty, tokens);
                        break;
                    default:
                        add(history[i].Role == ChatRole.Assistant ? "answers" : "user", string.Empty, tokens);
                        break;
                }
            }
        }
    }
}
