using Microsoft.Extensions.Logging;
using QwenCode.Plugins.Discovery;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Manifests;

/// <summary>Gives the manifest of a plugin folder: the one that lies in it, else one that was made before, else a new one.</summary>
/// <param name="options">What the host works with.</param>
/// <param name="dialects">The ways of marking tools.</param>
/// <param name="log">Takes what is not worth a fault.</param>
internal sealed class ManifestStore(PluginHostOptions options, IReadOnlyList<IPluginDialect> dialects, ILogger log)
{
    // File systems and archives round times; a DLL that seems a moment younger than its manifest was built together with it.
    private static readonly TimeSpan TimeTolerance = TimeSpan.FromSeconds(2);

    /// <summary>Gives the manifest of a folder.</summary>
    /// <exception cref="PluginFaultException">There is no plugin that could be used.</exception>
    public PluginManifest Get(FoundFolder folder)
    {
        var path = Path.Combine(folder.Path, PluginManifest.FileName);
        if (!File.Exists(path))
        {
            return GetMade(folder, FindAssembly(folder.Path), null);
        }

        var manifest = PluginManifestReader.Read(path);
        var assembly = Path.Combine(folder.Path, manifest.Assembly);
        var file = new FileInfo(assembly);
        if (!file.Exists)
        {
            throw new PluginFaultException(new(PluginFaultReason.MissingAssembly, path, $"'assembly' is \"{manifest.Assembly}\", and there is no such file.", "Copy it into the folder, or mend the manifest."));
        }

        if (folder.Origin is not PluginOrigin.Shipped)
        {
            // The beginning of a file has all its headers, so this also tells a copy that is still under way.
            _ = PluginMetadataReader.Read(assembly, []);
        }

        if (IsStale(manifest, file, path, folder.Origin))
        {
            var stale = new PluginFault(PluginFaultReason.StaleManifest, path, $"It describes another build of {manifest.Assembly} than the one beside it; the host made its own.", "Build the plugin again, or delete the file.");
            return GetMade(folder, assembly, stale);
        }

        return manifest.Contract is { } contract && ContractCheck.Judge(contract, path) is { } fault ? throw new PluginFaultException(fault) : manifest;
    }

    /// <summary>
    /// Looks for a difference as cheaply as it can: the length always; the content only where the times say that the assembly was
    /// replaced after its manifest was written. Shipped folders are replaced whole, and the module's id is compared at loading.
    /// </summary>
    private static bool IsStale(PluginManifest manifest, FileInfo assembly, string manifestPath, PluginOrigin origin) =>
        manifest.Stamp is { } stamp
        && (assembly.Length != stamp.Length
            || (origin is not PluginOrigin.Shipped
                && assembly.LastWriteTimeUtc > File.GetLastWriteTimeUtc(manifestPath) + TimeTolerance
                && AssemblyStamp.Hash(assembly.FullName) != stamp.Sha256));

    private PluginManifest GetMade(FoundFolder folder, string assembly, PluginFault? remark)
    {
        var cache = Path.Combine(options.CacheDirectory, "manifests", $"{Path.GetFileNameWithoutExtension(assembly)}-{ShadowCopy.KeyOf(assembly)}.json");
        var manifest = FindCached(cache, assembly) ?? Make(folder, assembly, cache);
        return remark is null ? manifest : manifest with { Faults = [remark, .. manifest.Faults] };
    }

    private PluginManifest? FindCached(string cache, string assembly)
    {
        try
        {
            // The contract is judged again: the host may be another one than the one that made the manifest.
            return File.Exists(cache) && PluginManifestReader.Read(cache) is { Stamp: { } stamp } manifest
                && stamp.Length == new FileInfo(assembly).Length
                && stamp.Sha256 == AssemblyStamp.Hash(assembly)
                && (manifest.Contract is null || ContractCheck.Judge(manifest.Contract, assembly) is null)
                ? manifest
                : null;
        }
        catch (PluginFaultException exception)
        {
            log.LogInformation("A manifest in the cache is made again: {Fault}", exception.Fault);
            return null;
        }
    }

    private PluginManifest Make(FoundFolder folder, string assembly, string cache)
    {
        var metadata = PluginMetadataReader.Read(assembly, dialects);
        if (metadata.Contract is { } contract && ContractCheck.Judge(contract, assembly) is { } fault)
        {
            throw new PluginFaultException(fault);
        }

        if (metadata.ToolTypes.Count == 0)
        {
            throw new PluginFaultException(NoTools(folder.Path));
        }

        // The stamp of shipped folders is not kept; one without a manifest is the developer's own, and rare.
        var stamp = folder.Origin is PluginOrigin.Shipped ? FolderStamp.Of(folder.Path) : folder.Stamp;
        var copy = ShadowCopy.Make(folder.Path, stamp, options.CacheDirectory, options.TimeProvider);
        var manifest = ManifestGenerator.Generate(Path.Combine(copy, Path.GetFileName(assembly)), assembly, metadata, dialects, options.Services);
        try
        {
            PluginManifestWriter.Save(manifest, cache);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("The manifest of {Assembly} could not be kept and is made again next time: {Message}", assembly, exception.Message);
        }

        return manifest;
    }

    private string FindAssembly(string folder)
    {
        PluginFault? unusable = null;
        var candidates = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            try
            {
                if (PluginMetadataReader.Read(path, dialects).ToolTypes.Count > 0)
                {
                    candidates.Add(path);
                }
            }
            catch (PluginFaultException exception)
            {
                // A native library beside the plugin is none of our business, unless there is nothing else.
                unusable ??= exception.Fault;
            }
        }

        var named = candidates.Find(path => Path.GetFileNameWithoutExtension(path.AsSpan()).Equals(Path.GetFileName(folder), StringComparison.OrdinalIgnoreCase));
        return candidates switch
        {
            [] => throw new PluginFaultException(unusable ?? NoTools(folder)),
            [var only] => only,
            _ => named ?? throw new PluginFaultException(new(PluginFaultReason.MissingAssembly, folder,
                $"Several assemblies hold tools: {string.Join(", ", candidates.Select(Path.GetFileName))}.", "Give each a folder of its own, or name one in plugin.json.")),
        };
    }

    private static PluginFault NoTools(string folder) =>
        new(PluginFaultReason.NoTools, folder, "No assembly in it has a [Tool] method or a [PluginTool] class.", "Check that this is a plugin's output folder, and not its source.");
}
