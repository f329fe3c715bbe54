using QwenCode.Plugins;

namespace QwenCode.Testing;

/// <summary>A copy of a plugin's folder, installed for hosts that see nothing else. Deleted on disposal.</summary>
internal sealed class PluginCopy : IDisposable
{
    private readonly string _root;

    /// <summary>Copies a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public PluginCopy(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no plugin folder {folder}.");
        }

        _root = Workspaces.Workspace.RealPath(Directory.CreateTempSubdirectory("qwen-conformance-").FullName);
        Folder = Path.Combine(_root, "plugins", Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(Folder, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Gets the copy.</summary>
    public string Folder { get; }

    /// <summary>Gets the directory that its hosts load assemblies from.</summary>
    public string CacheDirectory => Path.Combine(_root, "cache");

    /// <summary>Creates a host over the copy alone; the caller disposes it.</summary>
    /// <param name="services">What plugins ask the host for; <c>null</c> for nothing.</param>
    public PluginHost Host(IServiceProvider? services) => new(new PluginHostOptions
    {
        Folders = [new PluginFolder(Path.Combine(_root, "plugins"), PluginOrigin.User)],
        CacheDirectory = CacheDirectory,
        Services = type => services?.GetService(type),
    });

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);
}
