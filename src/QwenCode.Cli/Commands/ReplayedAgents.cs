using QwenCode.Agents;
using QwenCode.Kernel.Agents;
using QwenCode.Permissions;
using QwenCode.Storage.Transcripts;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary>
/// With which mode, rules and tools the agents of recorded sessions are judged. A record holds the type of an agent and who launched it;
/// the rest is what the definitions of today make of that.
/// </summary>
/// <param name="catalog">The definitions.</param>
/// <param name="rules">The rules of the settings for agents.</param>
/// <param name="mode">The mode of the main agent.</param>
internal sealed class ReplayedAgents(
    IAgentCatalog catalog, IReadOnlyDictionary<string, IReadOnlyList<AgentPermissions>> rules, ApprovalMode mode)
{
    private const string Fork = "fork";
    private readonly List<string> _unknown = [];

    /// <summary>Gets what cannot be known of the agents, in a sentence each.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Returns how the calls of an agent are judged.</summary>
    /// <param name="session">The session.</param>
    /// <param name="agent">One of its agents.</param>
    public RehearsedAgent Of(RecordedSession session, RecordedAgent agent)
    {
        var line = session.Line(agent);
        if (line is [{ Parent: { } parent } first, ..])
        {
            Note($"The agent that launched '{first.Type}' ({parent}) left no record; its mode, rules and tools are not known.");
        }

        var (judged, narrowing) = (mode, new List<AgentPermissions>());
        var filters = new List<Func<ToolDeclaration, bool>>();
        foreach (var one in line)
        {
            var definition = one.Type is Fork ? null : catalog.Find(one.Type);
            if (definition is null && one.Type is not Fork)
            {
                Note($"There is no agent '{one.Type}' here; its calls are judged with the mode and tools of the agent that launched it.");
            }

            judged = ChildApprovalMode.Resolve(judged, definition?.ApprovalMode);
            narrowing.AddRange(definition?.Permissions is { } own ? (AgentPermissions[])[own] : []);
            narrowing.AddRange(one.Type is Fork ? [] : rules.GetValueOrDefault(one.Type) ?? []);
            if (definition is not null)
            {
                filters.Add(ToolFilter.For(definition));
            }
        }

        return new(judged)
        {
            Narrowing = narrowing,
            Has = tool => line.Count == 0 || (!ToolFilter.IsForMain(tool) && filters.TrueForAll(has => has(tool))),
        };
    }

    private void Note(string text)
    {
        if (!_unknown.Contains(text))
        {
            _unknown.Add(text);
        }
    }
}
