using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Cli.Programs;

namespace QwenCode.Cli.Acp;

/// <summary>
/// The workspaces of a process that serves a client. Settings are read anew for each session; sessions share what is built from them as
/// long as the files stay the same.
/// </summary>
internal sealed class AcpWorkspaces(CliOptions options) : IAsyncDisposable
{
    // What no session uses is kept for the next one, up to this many workspaces.
    private const int MaxIdle = 8;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<ClientWorkspace, AcpWorkspace> _open = [];
    private readonly HashSet<AcpWorkspace> _all = [];

    /// <summary>Opens a workspace for a session.</summary>
    /// <param name="place">The workspace.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QwenCodeException">Its settings cannot be used.</exception>
    public async ValueTask<AcpWorkspace> OpenAsync(ClientWorkspace place, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_open.TryGetValue(place, out var workspace) || !workspace.IsCurrent)
            {
                workspace = new AcpWorkspace(await Composition.BuildAsync(options, place, cancellationToken).ConfigureAwait(false));
                _open[place] = workspace;
                _all.Add(workspace);
                StartupWarnings.Print(workspace.Project, workspace.Agents, workspace.Plugins, () => workspace.ToolSources);
                if (ThisProgram.IsNative && ManagedNeed.Find(options, workspace.Project) is { } reason)
                {
                    StandardStreams.ErrorLine(
                        $"Warning: plugins and connectors of {place.Directory} are not loaded, because {reason} and this is the native "
                        + $"program. Start qwen in that directory, or with {ManagedNeed.Variable}=1.");
                }
            }

            workspace.Users++;
            return workspace;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Takes a workspace back from a session. One that no session uses is closed if no new one would get it, or there are many.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="cancellationToken">Gives up; the workspace then stays open.</param>
    public async ValueTask ReleaseAsync(AcpWorkspace workspace, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (--workspace.Users > 0 || (_all.Count <= MaxIdle && _open.ContainsValue(workspace) && workspace.IsCurrent))
            {
                return;
            }

            foreach (var (place, _) in _open.Where(entry => entry.Value == workspace).ToList())
            {
                _open.Remove(place);
            }

            _all.Remove(workspace);
        }
        finally
        {
            _gate.Release();
        }

        await workspace.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var workspace in _all)
        {
            await workspace.DisposeAsync().ConfigureAwait(false);
        }

        _all.Clear();
        _gate.Dispose();
    }
}
