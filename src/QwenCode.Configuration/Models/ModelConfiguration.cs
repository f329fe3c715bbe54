namespace QwenCode.Configuration.Models;

/// <summary>Which models can be asked, and which one is asked where nothing else is said. Immutable.</summary>
public sealed class ModelConfiguration
{
    private readonly Settings _settings;
    private readonly ModelFlags _flags;
    private readonly IReadOnlyList<string> _hostProtocols;
    private readonly IReadOnlyList<string>? _spoken;

    private ModelConfiguration(
        Settings settings, ModelFlags flags, IReadOnlyList<ResolvedModel> catalogue, IReadOnlyList<string> hostProtocols,
        IReadOnlyList<string>? spoken)
    {
        _spoken = spoken;
        _settings = settings;
        _flags = flags;
        _hostProtocols = hostProtocols;
        Catalogue = catalogue;
    }

    /// <summary>Gets the entries of <c>modelProviders</c>, the first of those with the same id.</summary>
    public IReadOnlyList<ResolvedModel> Catalogue { get; }

    /// <summary>Gets the model that is used where nothing else is said, or why there is none.</summary>
    public ModelChoice Default { get; private init; } = new(null, ModelProblem.NothingConfigured);

    /// <summary>
    /// Gets all models people can choose from: the one put together from flags and variables, if that is the default, then the
    /// catalogue.
    /// </summary>
    public IReadOnlyList<ResolvedModel> Models =>
        Default is { IsUsable: true, Model: { Source: ModelSource.Runtime } runtime } ? [runtime, .. Catalogue] : Catalogue;

    /// <summary>Gets what a person should know, such as a model that was asked for and is not there.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Works the models out.</summary>
    /// <param name="settings">The settings, with the environment they were read in.</param>
    /// <param name="flags">The command line.</param>
    /// <param name="hostProtocols">Protocols of the host's own, whose models need no key. The default is none.</param>
    /// <param name="spoken">The protocols that can be used beside the host's own; <c>null</c>, the default, is all that are known.</param>
    public static ModelConfiguration Resolve(
        Settings settings, ModelFlags? flags = null, IReadOnlyList<string>? hostProtocols = null, IReadOnlyList<string>? spoken = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        flags ??= ModelFlags.None;
        hostProtocols ??= [];
        var warnings = new List<string>();
        var catalogue = ModelProvidersReader.Read(settings, hostProtocols, warnings);
        var resolution = new ModelResolution(settings, flags, catalogue, warnings, hostProtocols, spoken);
        return new(settings, flags, catalogue, hostProtocols, spoken)
        {
            Default = resolution.Default(),
            Warnings = [.. warnings.Distinct()],
        };
    }

    /// <summary>
    /// Finds a model by a selector: <c>null</c> or <c>inherit</c>, <c>MODEL</c>, <c>PROTOCOL:MODEL</c>. Other text with a colon is
    /// a model's id.
    /// </summary>
    /// <param name="selector">The selector.</param>
    /// <param name="parent">The model that <c>inherit</c> and a bare <c>MODEL</c> relate to. The default is <see cref="Default"/>.</param>
    /// <remarks>A key is never carried from one protocol to another.</remarks>
    public ModelChoice Select(string? selector, ResolvedModel? parent = null)
    {
        parent ??= Default.Model;
        var text = selector?.Trim();
        if (string.IsNullOrEmpty(text) || text == "inherit")
        {
            return parent is null ? Default : new ModelResolution(_settings, _flags, Catalogue, [], _hostProtocols, _spoken).Check(parent);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var protocol = colon > 0 && (Protocols.IsKnown(text[..colon]) || _hostProtocols.Contains(text[..colon])) ? text[..colon] : null;
        var id = protocol is null ? text : text[(colon + 1)..].Trim();
        return new ModelResolution(_settings, _flags, Catalogue, [], _hostProtocols, _spoken)
            .Find(protocol ?? parent?.Protocol ?? Protocols.OpenAI, id, parent);
    }
}
