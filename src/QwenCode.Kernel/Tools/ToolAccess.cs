using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>The tools an agent may have. Asked anew for each request; the same set comes back as long as nothing changed.</summary>
internal abstract class ToolAccess
{
    /// <summary>Returns the tools as they are now. The same object as long as nothing changes, so that its wire form is kept.</summary>
    public abstract ToolSet Current();
}

/// <summary>All tools of the session but those that rules or the surface withhold.</summary>
internal sealed class SessionToolAccess(IReadOnlyList<IToolSource> sources, Func<string, bool> isOffered) : ToolAccess
{
    private readonly IReadOnlyList<Tool>?[] _seen = new IReadOnlyList<Tool>?[sources.Count];
    private readonly Lock _gate = new();
    private ToolSet? _current;
    private ToolSet? _everything;

    public override ToolSet Current()
    {
        lock (_gate)
        {
            return Refresh().Offered;
        }
    }

    /// <summary>Returns every tool there is, also those not offered: a call of one of them is denied and not unknown.</summary>
    public ToolSet Everything()
    {
        lock (_gate)
        {
            return Refresh().Everything;
        }
    }

    private (ToolSet Offered, ToolSet Everything) Refresh()
    {
        var changed = _current is null;
        for (var i = 0; i < sources.Count; i++)
        {
            var snapshot = sources[i].Snapshot();
            if (!ReferenceEquals(snapshot, _seen[i]))
            {
                _seen[i] = snapshot;
                changed = true;
            }
        }

        if (changed)
        {
            _everything = new ToolSet(_seen.SelectMany(static tools => tools!));
            _current = new ToolSet(_everything.Tools.Where(tool => isOffered(tool.Name)));
        }

        return (_current!, _everything!);
    }
}

/// <summary>What a parent has, narrowed by a definition. Rights never grow on the way down.</summary>
internal sealed class NarrowedToolAccess(ToolAccess parent, Func<Tool, bool> isKept) : ToolAccess
{
    private readonly Lock _gate = new();
    private ToolSet? _seen;
    private ToolSet? _current;

    public override ToolSet Current()
    {
        var offered = parent.Current();
        lock (_gate)
        {
            if (!ReferenceEquals(offered, _seen))
            {
                _seen = offered;
                _current = new ToolSet(offered.Tools.Where(isKept));
            }

            return _current!;
        }
    }
}

/// <summary>Exactly these, whatever changes: a fork repeats its parent's declarations byte for byte.</summary>
internal sealed class FixedToolAccess(ToolSet tools) : ToolAccess
{
    public override ToolSet Current() => tools;
}

/// <summary>What a definition leaves of its parent's tools, and beside them those of the agent's own servers.</summary>
internal sealed class ExtendedToolAccess(ToolAccess narrowed, IToolSource own, Func<Tool, bool> isKept) : ToolAccess
{
    /// <summary>Adds the tools of an agent's own servers, if it has any, but for those that are forbidden or withheld.</summary>
    public static ToolAccess Extend(ToolAccess narrowed, IToolSource? own, AgentDefinition definition, IPermissionPolicy policy,
        IReadOnlyDictionary<string, string> withheld) => own is null ? narrowed : new ExtendedToolAccess(narrowed, own,
            tool => ToolFilter.KeepsOwn(definition, tool.Declaration) && policy.FindBan(tool.Name) is null
                && !withheld.ContainsKey(tool.Name));

    private readonly Lock _gate = new();
    private ToolSet? _seen;
    private IReadOnlyList<Tool>? _seenOwn;
    private ToolSet? _current;

    public override ToolSet Current()
    {
        var (offered, tools) = (narrowed.Current(), own.Snapshot());
        lock (_gate)
        {
            if (!ReferenceEquals(offered, _seen) || !ReferenceEquals(tools, _seenOwn))
            {
                (_seen, _seenOwn) = (offered, tools);
                _current = new ToolSet(offered.Tools.Concat(tools.Where(isKept)));
            }

            return _current!;
        }
    }
}
