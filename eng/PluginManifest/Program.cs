using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;

// PluginManifest ASSEMBLY: writes plugin.json beside a plugin's assembly, in the form the host reads without loading it.
// Faults are errors of the build, in the form MSBuild understands: a plugin we ship has none.
#pragma warning disable RS0030 // A build tool speaks to MSBuild over the console.
var error = Console.Error;
#pragma warning restore RS0030
if (args is not [var assembly])
{
    error.WriteLine("PluginManifest : error QP0001: usage: PluginManifest ASSEMBLY");
    return 2;
}

try
{
    var path = Path.GetFullPath(assembly);
    var metadata = PluginMetadataReader.Read(path, PluginDialects.All);
    var target = Path.Combine(Path.GetDirectoryName(path)!, PluginManifest.FileName);
    var manifest = ManifestGenerator.Generate(path, path, metadata, PluginDialects.All, new OwnPluginLoader(), static _ => null)
        with { Loader = FindLoader(target) };
    foreach (var fault in manifest.Faults)
    {
        error.WriteLine($"{fault.File} : error QP0002: {(fault.Tool is null ? string.Empty : $"tool '{fault.Tool}': ")}{fault.Message} {fault.Advice}");
    }

    if (manifest.Tools.Count == 0 && manifest.Faults.Count == 0)
    {
        error.WriteLine($"{path} : error QP0003: the assembly has no [Tool] method and no [PluginTool] class.");
    }

    if (manifest.Faults.Count > 0 || manifest.Tools.Count == 0)
    {
        return 1;
    }

    PluginManifestWriter.Save(manifest, target);
    return 0;
}
catch (PluginFaultException exception)
{
    error.WriteLine($"{exception.Fault.File} : error QP0004: {exception.Fault.Message} {exception.Fault.Advice}");
    return 1;
}

// The choice of a loader outlives the tools the plugin was built with.
static string? FindLoader(string manifest)
{
    try
    {
        return File.Exists(manifest) ? PluginManifestReader.Read(manifest).Loader : null;
    }
    catch (PluginFaultException)
    {
        // It cannot be read, and is about to be replaced.
        return null;
    }
}
