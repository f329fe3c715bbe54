using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QwenCode.Configuration;
using QwenCode.Definitions.Agents;
using QwenCode.Hosting;
using QwenCode.Plugins;
using QwenCode.Storage.Transcripts;
using QwenCode.Tools;

namespace QwenCode.Cli.Acp;

/// <summary>A workspace of a client's sessions: its settings, tools and records. Sessions share it until settings change.</summary>
internal sealed class AcpWorkspace(IHost host) : IAsyncDisposable
{
    private readonly string _stamp = Stamp(host.Services.GetRequiredService<WorkspaceServices>().Settings);

    public WorkspaceServices Project { get; } = host.Services.GetRequiredService<WorkspaceServices>();

    public SessionFactory Sessions => host.Services.GetRequiredService<SessionFactory>();

    public TranscriptStore Transcripts => host.Services.GetRequiredService<TranscriptStore>();

    public AgentCatalog Agents => host.Services.GetRequiredService<AgentCatalog>();

    public PluginHost Plugins => host.Services.GetRequiredService<PluginHost>();

    public IEnumerable<IToolSource> ToolSources => host.Services.GetServices<IToolSource>();

    /// <summary>Gets or sets how many sessions use it.</summary>
    public int Users { get; set; }

    /// <summary>Gets whether no settings file has changed since it was opened.</summary>
    public bool IsCurrent => _stamp == Stamp(Project.Settings);

    public async ValueTask DisposeAsync()
    {
        // The code of a plugin may hold what outlives a process, so it learns of the end.
        if (Plugins.HasLoaded)
        {
            await Plugins.DisposeAsync().ConfigureAwait(false);
        }

        if (host is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            host.Dispose();
        }
    }

    private static string Stamp(Settings settings)
    {
        var places = settings.Locations;
        string?[] files =
        [
            places.SystemDefaultsFile, places.UserFile, places.ProjectFile, places.SystemFile, places.TrustedFoldersFile,
            settings.EnvironmentFile,
            Path.Combine(places.WorkingDirectory, ".env"), Path.Combine(places.WorkingDirectory, ".qwen", ".env"),
            Path.Combine(places.HomeDirectory, ".env"), Path.Combine(places.UserDirectory, ".env"),
        ];
        return string.Join('|', files.Select(static file =>
            file is not null && new FileInfo(file) is { Exists: true } found ? $"{found.LastWriteTimeUtc.Ticks}:{found.Length}" : "-"));
    }
}
