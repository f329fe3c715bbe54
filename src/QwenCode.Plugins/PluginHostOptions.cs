using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QwenCode.Plugins.Loading;
using QwenCode.Workspaces;

namespace QwenCode.Plugins;

/// <summary>What a <see cref="PluginHost"/> works with.</summary>
public sealed class PluginHostOptions
{
    /// <summary>Gets the folders to look in. The default is none; see <see cref="PluginFolder.Standard"/>.</summary>
    public IReadOnlyList<PluginFolder> Folders { get; init; } = [];

    /// <summary>
    /// Gets where manifests that were produced and copies that are loaded from are kept, such as <c>~/.qwen/cache/plugins</c>.
    /// </summary>
    public required string CacheDirectory { get; init; }

    /// <summary>
    /// Gets what fills in the constructor parameters of tools. <c>null</c> means there is no such service. The clock and loggers
    /// need not be among them. The default knows none.
    /// </summary>
    public Func<Type, object?> Services { get; init; } = static _ => null;

    /// <summary>Gets where faults and plugins' own messages are logged. The default is nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>
    /// Gets the tools that are compiled into the program, by the full names of their classes. A shipped plugin takes its tools
    /// from here instead of its assembly.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, LinkedTool> LinkedTools { get; init; } = new Dictionary<string, LinkedTool>();

    /// <summary>
    /// Gets whether plugins that are not shipped are looked at again at every snapshot and can be replaced while the host runs.
    /// The default is <c>true</c>. A run of one turn has nothing to reload; with <c>false</c> its plugins start faster, because
    /// code that can be unloaded is never precompiled.
    /// </summary>
    public bool EnableReload { get; init; } = true;

    /// <summary>Gets the loaders that plugins can select.</summary>
    /// <value>The host's own one, <see cref="PluginLoaders.Own"/>.</value>
    public PluginLoaders Loaders { get; init; } = new();

    /// <summary>
    /// Gets the name of the loader of plugins whose <c>plugin.json</c> selects none. If it is not among <see cref="Loaders"/>,
    /// those plugins are reported and not used.
    /// </summary>
    /// <value><see cref="PluginLoaders.Own"/>.</value>
    public string Loader { get; init; } = PluginLoaders.Own;

    /// <summary>
    /// Gets the experimental features that are switched on; tools of others are listed in reports and not offered. The default is
    /// none.
    /// </summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Gets the workspace that tools of a feature are asked about. The default is the current directory.</summary>
    public Workspace? Workspace { get; init; }

    /// <summary>Gets the clock. The default is the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gets how long one call may take before it is asked to stop. The default is 15 minutes: above every time limit the shipped
    /// tools set themselves, so it ends only calls that hang.
    /// </summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets how long a call that was asked to stop may take to do so before it is abandoned. The default is 5 seconds.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how many characters of text a result may hold; more is cut with a notice. The default is 1,000,000.</summary>
    public int MaxResultCharacters { get; init; } = 1_000_000;

    /// <summary>
    /// Gets how many bytes of media a result may hold; a part beyond that is replaced by a notice. The default is 20 MiB.
    /// </summary>
    public long MaxResultBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="InvalidOptionsException">They do not; the message lists every fault.</exception>
    internal void Validate() => new OptionFaults()
        .NotEmpty(nameof(Folders), Folders)
        .NotEmpty(nameof(CacheDirectory), CacheDirectory)
        .NotEmpty(nameof(Services), Services)
        .NotEmpty(nameof(LoggerFactory), LoggerFactory)
        .NotEmpty(nameof(Loaders), Loaders)
        .NotEmpty(nameof(Loader), Loader)
        .NotEmpty(nameof(Features), Features)
        .NotEmpty(nameof(TimeProvider), TimeProvider)
        .Positive(nameof(CallTimeout), CallTimeout)
        .NotNegative(nameof(CancelGrace), CancelGrace)
        .AtLeast(nameof(MaxResultCharacters), MaxResultCharacters, 1)
        .AtLeast(nameof(MaxResultBytes), MaxResultBytes, 0)
        .ThrowIfAny();
}
