using System.Runtime.InteropServices;
using System.Text.Json;
using McMaster.NETCore.Plugins.LibraryModel;
using McMaster.NETCore.Plugins.Loader;
using NativeLibrary = McMaster.NETCore.Plugins.LibraryModel.NativeLibrary;

namespace QwenCode.Plugins.McMaster;

/// <summary>
/// The output folder of a project that was built with <c>GenerateRuntimeConfigDevFile</c>: its <c>.runtimeconfig.dev.json</c> names
/// the NuGet cache, its <c>.deps.json</c> the packages, so that the packages need not be copied beside the plugin.
/// </summary>
internal sealed class DevelopmentOutput
{
    private readonly List<string> _probingPaths = [];
    private readonly List<PackageFile> _files = [];

    private DevelopmentOutput()
    {
    }

    /// <summary>Reads what lies beside an assembly.</summary>
    /// <returns><c>null</c> if it is no such folder: one of the files is missing or cannot be read.</returns>
    public static DevelopmentOutput? Find(string assembly)
    {
        var configuration = Path.ChangeExtension(assembly, ".runtimeconfig.dev.json");
        var dependencies = Path.ChangeExtension(assembly, ".deps.json");
        if (!File.Exists(configuration) || !File.Exists(dependencies))
        {
            return null;
        }

        try
        {
            var output = new DevelopmentOutput();
            output.ReadProbingPaths(configuration);
            output.ReadPackages(dependencies);
            return output._probingPaths.Count > 0 ? output : null;
        }
        catch (Exception exception) when (exception
            is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Finds the file of a managed assembly in the packages.</summary>
    public string? FindAssembly(string name) => _files
        .Where(static file => file.Kind is PackageFileKind.Managed)
        .Where(file => Path.GetFileNameWithoutExtension(file.Path).Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(Locate).FirstOrDefault(static path => path is not null);

    /// <summary>Tells the library where the packages are.</summary>
    public void AddTo(AssemblyLoadContextBuilder builder)
    {
        foreach (var path in _probingPaths)
        {
            builder.AddProbingPath(path);
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in _files)
        {
            switch (file.Kind)
            {
                case PackageFileKind.Managed when known.Add(file.Path[(file.Path.LastIndexOf('/') + 1)..]):
                    builder.AddManagedLibrary(ManagedLibrary.CreateFromPackage(file.Package, file.Version, file.Path));
                    break;
                case PackageFileKind.Native when known.Add(Path.GetFileNameWithoutExtension(file.Path)):
                    builder.AddNativeLibrary(NativeLibrary.CreateFromPackage(file.Package, file.Version, file.Path));
                    break;
                case PackageFileKind.Satellite when Locate(file) is { } path && known.Add(path):
                    // …/lib/<framework>/<culture>/<name>.resources.dll: cultures are looked for below the framework's folder.
                    builder.AddResourceProbingPath(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!);
                    break;
            }
        }
    }

    private string? Locate(PackageFile file) => _probingPaths
        .Select(path => Path.Combine(path, file.Package.ToLowerInvariant(), file.Version, file.Path)).FirstOrDefault(File.Exists);

    private void ReadProbingPaths(string configuration)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(configuration));
        if (document.RootElement.GetProperty("runtimeOptions").TryGetProperty("additionalProbingPaths", out var paths))
        {
            foreach (var item in paths.EnumerateArray())
            {
                // Others have placeholders for the framework's own store, which no SDK fills any more.
                if (item.GetString() is { } path && Path.IsPathRooted(path) && !path.Contains('|', StringComparison.Ordinal))
                {
                    _probingPaths.Add(path);
                }
            }
        }
    }

    private void ReadPackages(string dependencies)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(dependencies));
        var root = document.RootElement;
        var target = root.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
        foreach (var library in root.GetProperty("targets").GetProperty(target).EnumerateObject())
        {
            if (root.GetProperty("libraries").GetProperty(library.Name).GetProperty("type").GetString() != "package")
            {
                continue;
            }

            var slash = library.Name.IndexOf('/', StringComparison.Ordinal);
            var (package, version) = (library.Name[..slash], library.Name[(slash + 1)..]);
            // What is made for this platform goes first: the first file of a name counts.
            foreach (var platform in Platforms())
            {
                foreach (var item in Members(library.Value, "runtimeTargets"))
                {
                    if (item.Value.GetProperty("rid").GetString() == platform)
                    {
                        var isNative = item.Value.GetProperty("assetType").GetString() == "native";
                        Add(isNative ? PackageFileKind.Native : PackageFileKind.Managed, item);
                    }
                }
            }

            AddAll(PackageFileKind.Managed, "runtime");
            AddAll(PackageFileKind.Native, "native");
            AddAll(PackageFileKind.Satellite, "resources");

            void AddAll(PackageFileKind kind, string key)
            {
                foreach (var item in Members(library.Value, key))
                {
                    Add(kind, item);
                }
            }

            void Add(PackageFileKind kind, JsonProperty item) => _files.Add(new(kind, package, version, item.Name));
        }
    }

    private static IEnumerable<JsonProperty> Members(JsonElement owner, string key) =>
        owner.TryGetProperty(key, out var value) ? value.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    private static IEnumerable<string> Platforms()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var family = OperatingSystem.IsWindows() ? "any" : "unix";
        return new[] { RuntimeInformation.RuntimeIdentifier, $"{system}-{architecture}", system, family, "any" }.Distinct();
    }
}
