using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Loading;

/// <summary>Decides which loader a plugin gets: the one its manifest names, otherwise the host's default.</summary>
/// <param name="options">What the host works with.</param>
internal sealed class LoaderChoice(PluginHostOptions options)
{
    /// <summary>Returns the name of the loader of a plugin whose manifest names <paramref name="named"/>.</summary>
    public string NameOf(string? named) => named ?? options.Loader;

    /// <summary>Returns the loader of a plugin.</summary>
    /// <param name="named">What its manifest names, or <c>null</c>.</param>
    /// <param name="folder">The plugin's folder, for the fault.</param>
    /// <exception cref="PluginFaultException">This host has no loader of that name, or cannot make it.</exception>
    public IPluginLoader Get(string? named, string folder)
    {
        try
        {
            return options.Loaders.Find(NameOf(named)) ?? throw new PluginFaultException(Unknown(named, folder));
        }
        catch (Exception exception) when (exception is not PluginFaultException)
        {
            // The host's own factory, which may load an assembly that is not there; other plugins may use another loader.
            var fault = new PluginFault(
                PluginFaultReason.UnknownLoader,
                folder,
                $"The plugin loader \"{NameOf(named)}\" cannot be made: {exception.Message}",
                "Check what the host registers with PluginLoaders.Add, or select another loader.");
            throw new PluginFaultException(fault, exception);
        }
    }

    private PluginFault Unknown(string? named, string folder)
    {
        var names = options.Loaders.Names;
        var quoted = string.Join(", ", names.Select(static name => $"\"{name}\""));
        var available = $"{(names.Count == 1 ? "Available is" : "Available are")} {quoted}";
        return named is not null
            ? new(
                PluginFaultReason.UnknownLoader,
                Path.Combine(folder, PluginManifest.FileName),
                $"'loader' is \"{named}\", and this host has no plugin loader of that name.",
                $"{available}. Name one of them, remove the key, or register the loader with the host (PluginLoaders.Add).")
            : new(
                PluginFaultReason.UnknownLoader,
                folder,
                $"The host's options select the plugin loader \"{options.Loader}\", which is not registered.",
                $"{available}. Select one of them, or register the loader with the host (PluginLoaders.Add).");
    }
}
