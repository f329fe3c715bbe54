using QwenCode.Agents;
using QwenCode.Workspaces;

namespace QwenCode.Definitions.Agents;

/// <summary>
/// Reads agent definitions from their folders, and again when files changed: every question looks at the folders, none watches
/// them.
/// </summary>
/// <remarks>
/// A name, whatever its case, means one definition: the first of project, user, extension and program. Only that one is listed;
/// the others are in the report as shadowed. Listed are first the project's, then the user's, the program's and the extensions'
/// definitions. Threads may share a catalog.
/// </remarks>
public sealed class AgentCatalog : IAgentCatalog
{
    private readonly Lock _gate = new();
    private readonly List<AgentFolder> _folders = [];
    private AgentLoadReport? _report;
    private AgentDefinition[]? _session;

    /// <summary>Creates a catalog; nothing is read before the first question.</summary>
    /// <param name="options">Where to look.</param>
    public AgentCatalog(AgentCatalogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var home = options.HomeDirectory is null ? null : Workspace.RealPath(options.HomeDirectory);
        if (options.ProjectRoot is { } root && Workspace.RealPath(root) != home)
        {
            _folders.Add(new(Path.Combine(root, ".qwen", "agents"), AgentLevel.Project, AgentDialect.Qwen, options.FindRuleFault));
            _folders.Add(
                new(Path.Combine(root, ".claude", "agents"), AgentLevel.Project, AgentDialect.Claude, options.FindRuleFault));
        }

        if (options.HomeDirectory is not null)
        {
            _folders.Add(
                new(Path.Combine(options.HomeDirectory, ".qwen", "agents"), AgentLevel.User, AgentDialect.Qwen, options.FindRuleFault));
        }

        foreach (var extension in options.ExtensionDirectories)
        {
            _folders.Add(new(Path.Combine(extension, "agents"), AgentLevel.Extension, AgentDialect.Qwen, options.FindRuleFault));
        }

        if (options.ShippedDirectory is not null)
        {
            _folders.Add(new(options.ShippedDirectory, AgentLevel.BuiltIn, AgentDialect.Qwen, options.FindRuleFault));
        }
    }

    /// <summary>
    /// Looks at the folders and reports all that is there, broken files included. What the host gave at run time is not part of it.
    /// </summary>
    public AgentLoadReport Inspect()
    {
        lock (_gate)
        {
            var changed = _report is null;
            foreach (var folder in _folders)
            {
                changed |= folder.Refresh();
            }

            return changed || _report is null ? _report = Report() : _report;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<AgentDefinition> List() => Volatile.Read(ref _session) ?? Inspect().Usable;

    /// <inheritdoc/>
    public AgentDefinition? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var wanted = name.Trim();
        foreach (var definition in List())
        {
            if (definition.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            {
                return definition;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void UseSessionAgents(IReadOnlyList<AgentDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Volatile.Write(ref _session, [
            .. definitions
                .Where(definition => seen.Add(definition.Name))
                .Select(static definition => definition with { Level = AgentLevel.Session, FilePath = $"<session:{definition.Name}>" }),
        ]);
    }

    private AgentLoadReport Report()
    {
        // The folders stand in the order of precedence.
        var usable = new List<AgentDefinition>();
        var shadowed = new List<AgentDefinition>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var folder in _folders)
        {
            foreach (var definition in folder.Definitions)
            {
                if (!seen.Add(definition.Name))
                {
                    shadowed.Add(definition);
                    continue;
                }

                // The enumeration's order is the order of listing. Sorted by hand: the base library's sort over an enumeration is
                // compiled anew at every start.
                var at = usable.Count;
                while (at > 0 && usable[at - 1].Level > definition.Level)
                {
                    at--;
                }

                usable.Insert(at, definition);
            }
        }

        return new(usable, shadowed, [.. _folders.SelectMany(static folder => folder.Issues)]);
    }
}
