using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using QwenCode.Plugins.Discovery;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Manifests;

/// <summary>Returns the manifest of a plugin folder: the one that lies in it, else one that was made before, else a new one.</summary>
/// <param name="options">What the host works with.</param>
/// <param name="dialects">The ways of marking tools.</param>
/// <param name="loaders">Decides what loads a plugin that has to be looked at.</param>
/// <param name="log">Takes what is not worth a fault.</param>
internal sealed class ManifestStore(PluginHostOptions options, IReadOnlyList<IPluginDialect> dialects, LoaderChoice loaders, ILogger log)
{
    // File systems and archives round times; a DLL that seems a moment younger than its manifest was built together with it.
    private static readonly TimeSpan TimeTolerance = TimeSpan.FromSeconds(2);

    /// <summary>Returns the manifest of a folder.</summary>
    /// <exception cref="PluginFaultException">There is no plugin that could be used.</exception>
    public PluginManifest Get(FoundFolder folder)
    {
        var path = Path.Combine(folder.Path, PluginManifest.FileName);
        if (!File.Exists(path))
        {
            return GetMade(folder, null, null, null) with { Loader = null };
        }

        var manifest = PluginManifestReader.Read(path);
        if (manifest is { IsPartial: true, Assembly: "" })
        {
            return Complete(manifest, GetMade(folder, null, manifest.Loader, null), path);
        }

        var assembly = Path.Combine(folder.Path, manifest.Assembly);
        var file = new FileInfo(assembly);
        if (!file.Exists)
        {
            throw new PluginFaultException(new(PluginFaultReason.MissingAssembly, path,
                $"'assembly' is \"{manifest.Assembly}\", and there is no such file.", "Copy it into the folder, or mend the manifest."));
        }

        if (folder.Origin is not PluginOrigin.Shipped)
        {
            // The beginning of a file has all its headers, so this also detects a copy that is still under way.
            _ = PluginMetadataReader.Read(assembly, []);
        }

        if (manifest.IsPartial)
        {
            return Complete(manifest, GetMade(folder, assembly, manifest.Loader, null), path);
        }

        if (IsStale(manifest, file, path, folder.Origin))
        {
            var stale = new PluginFault(PluginFaultReason.StaleManifest, path,
                $"It describes another build of {manifest.Assembly} than the one beside it; the host made its own.",
                "Build the plugin again, or delete the file.");
            return Complete(manifest, GetMade(folder, assembly, manifest.Loader, stale), path);
        }

        return manifest.Contract is { } contract && ContractCheck.Judge(contract, path) is { } fault
            ? throw new PluginFaultException(fault) : Complete(manifest, manifest, path);
    }

    /// <summary>Applies what a file sets to the tools that were found.</summary>
    private static PluginManifest Complete(PluginManifest file, PluginManifest found, string path)
    {
        if (!file.IsPartial && file.Settings.Count == 0)
        {
            return ReferenceEquals(file, found) ? found : found with { Loader = file.Loader };
        }

        var unused = new List<ToolSetting>();
        var tools = ToolSetting.Apply(file.Settings, found.Tools, unused);
        var name = file.Name.Length > 0 ? file.Name : found.Name;
        return found with
        {
            Name = name,
            Loader = file.Loader,
            Version = file.Version.Length > 0 ? file.Version : found.Version,
            Tools = [.. tools.Select(tool => tool with { Declaration = tool.Declaration with { Source = name } })],
            Faults =
            [
                .. found.Faults,
                .. ReferenceEquals(file, found) ? [] : file.Faults,
                .. unused.Select(
                setting => new PluginFault(PluginFaultReason.InvalidManifest, path, "'toolSettings' names it, and there is no such tool.",
                    found.Tools.Count == 0 ? "Remove it."
                        : $"The plugin's tools are {string.Join(", ", found.Tools.Select(static tool => tool.Declaration.Name))}.") { Tool =
                        setting.Tool }),
            ],
        };
    }

    /// <summary>
    /// Looks for a difference as cheaply as it can: the length always; the content only if the times say that the assembly was
    /// replaced after its manifest was written. Shipped folders are replaced whole, and the module's id is compared at loading.
    /// </summary>
    private static bool IsStale(PluginManifest manifest, FileInfo assembly, string manifestPath, PluginOrigin origin) =>
        manifest.Stamp is { } stamp
        && (assembly.Length != stamp.Length
            || (origin is not PluginOrigin.Shipped
                && assembly.LastWriteTimeUtc > File.GetLastWriteTimeUtc(manifestPath) + TimeTolerance
                && AssemblyStamp.Hash(assembly.FullName) != stamp.Sha256));

    /// <summary>
    /// Gives a manifest the host made: an earlier one if nothing it depends on has changed, and then no assembly is opened to
    /// find it.
    /// </summary>
    private PluginManifest GetMade(FoundFolder folder, string? assembly, string? loader, PluginFault? remark)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new PluginFaultException(PluginFault.NeedsManagedProgram(folder.Path));
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Path));
        var cache = Path.Combine(options.CacheDirectory, "manifests", $"{name}-{ShadowCopy.KeyOf(folder.Path)}.json");
        var inputs = FolderInputs.Of(folder.Path);
        var manifest = FindCached(cache, folder.Path, assembly, loader, inputs)
            ?? Make(folder, assembly ?? FindAssembly(folder.Path), loader, inputs, cache);
        return remark is null ? manifest : manifest with { Faults = [remark, .. manifest.Faults] };
    }

    private PluginManifest? FindCached(string cache, string folder, string? named, string? loader, string inputs)
    {
        try
        {
            if (!File.Exists(cache) || PluginManifestReader.Read(cache) is not { Stamp: { } stamp } manifest || manifest.Inputs != inputs
                // What one loader finds another may miss.
                || !string.Equals(manifest.Loader ?? PluginLoaders.Own, loaders.NameOf(loader), StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            var assembly = Path.Combine(folder, manifest.Assembly);
            // The contract is judged again: the host may be another one than the one that made the manifest.
            return (named is null || named == assembly)
                && File.Exists(assembly)
                && stamp.Length == new FileInfo(assembly).Length
                && stamp.Sha256 == AssemblyStamp.Hash(assembly)
                && (manifest.Contract is null || ContractCheck.Judge(manifest.Contract, assembly) is null)
                ? manifest
                : null;
        }
        catch (PluginFaultException exception)
        {
            log.ManifestStale(exception.Fault);
            return null;
        }
    }

    private PluginManifest Make(FoundFolder folder, string assembly, string? loader, string inputs, string cache)
    {
        var metadata = PluginMetadataReader.Read(assembly, dialects);
        if (IsKernelLibrary(assembly) && HasPlaces(folder.Path))
        {
            // A folder of prompts has no assembly of its own; what runs them stands in.
            metadata =
                metadata with { Name = Names.ToPlugin(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Path))), ToolTypes = [] };
        }
        else if (metadata.ToolTypes.Count == 0)
        {
            throw new PluginFaultException(NoTools(folder.Path));
        }

        if (metadata.Contract is { } contract && ContractCheck.Judge(contract, assembly) is { } fault)
        {
            throw new PluginFaultException(fault);
        }

        // The stamp of shipped folders is not kept; one without a manifest is the developer's own, and rare.
        var stamp = folder.Origin is PluginOrigin.Shipped ? FolderStamp.Of(folder.Path) : folder.Stamp;
        var manifest = Look(folder, stamp, assembly, metadata, loaders.Get(loader, folder.Path))
            with { Inputs = inputs, Loader = loaders.NameOf(loader) };
        try
        {
            PluginManifestWriter.Save(manifest, cache);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.ManifestNotKept(assembly, exception.Message);
        }

        return manifest;
    }

    private PluginManifest Look(FoundFolder folder, FolderStamp stamp, string assembly, PluginMetadata metadata, IPluginLoader loader)
    {
        var copy = ShadowCopy.Make(folder.Path, stamp, options.CacheDirectory, options.TimeProvider);
        try
        {
            var path = Path.Combine(copy.Folder, Path.GetFileName(assembly));
            return ManifestGenerator.Generate(path, assembly, metadata, dialects, loader, options.Services);
        }
        finally
        {
            if (options.EnableReload && folder.Origin is not PluginOrigin.Shipped)
            {
                copy.Dispose();
            }
            else
            {
                // Calls load from the folder itself then; the copy was for this look only.
                copy.Discard();
            }
        }
    }

    private string FindAssembly(string folder)
    {
        PluginFault? unusable = null;
        var candidates = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            try
            {
                if (!SemanticKernel.KernelNames.IsLibrary(Path.GetFileName(path))
                    && PluginMetadataReader.Read(path, dialects).ToolTypes.Count > 0)
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

        // A library a plugin needs may have tools of its own. What the plugin itself is, its folder or its build says.
        var own = candidates.FindAll(static path =>
            !Path.GetFileName(path.AsSpan()).StartsWith(SemanticKernel.KernelNames.Prefix + ".", StringComparison.OrdinalIgnoreCase));
        candidates = own.Count > 0 ? own : candidates;
        var built = candidates.FindAll(static path => File.Exists(Path.ChangeExtension(path, ".deps.json")));
        var named = candidates.Find(
            path => Path.GetFileNameWithoutExtension(path.AsSpan()).Equals(Path.GetFileName(folder), StringComparison.OrdinalIgnoreCase))
            ?? (built is [var project] ? project : null);
        return candidates switch
        {
            [] when HasPlaces(folder) => FindKernelLibrary(folder),
            [] => throw new PluginFaultException(unusable ?? NoTools(folder)),
            [var only] => only,
            _ => named ?? throw new PluginFaultException(new(PluginFaultReason.MissingAssembly, folder,
                $"Several assemblies hold tools: {string.Join(", ", candidates.Select(Path.GetFileName))}.",
                "Give each a folder of its own, or name one in plugin.json.")),
        };
    }

    private bool HasPlaces(string folder) => dialects.Any(dialect => dialect.FindPlaces(folder).Any());

    private static bool IsKernelLibrary(string assembly) => Path.GetFileName(assembly) == SemanticKernel.KernelNames.Core + ".dll";

    private static string FindKernelLibrary(string folder) =>
        Path.Combine(folder, SemanticKernel.KernelNames.Core + ".dll") is var path && File.Exists(path)
        ? path
        : throw new PluginFaultException(new(
            PluginFaultReason.MissingDependency, folder,
            $"It holds prompts, and not what runs them: {SemanticKernel.KernelNames.Core}.dll.",
            "Publish a project that references Microsoft.SemanticKernel.Core, and copy its output there."));

    private static PluginFault NoTools(string folder) =>
        new(PluginFaultReason.NoTools, folder, "No assembly in it has a [Tool] or [KernelFunction] method or a [PluginTool] class.",
            "Check that this is a plugin's output folder, and not its source.");
}
