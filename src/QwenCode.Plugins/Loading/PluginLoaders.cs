namespace QwenCode.Plugins.Loading;

/// <summary>
/// The loaders a host offers, by the name that <c>"loader"</c> in <c>plugin.json</c> uses. The host's own loader,
/// <see cref="Own"/>, is always among them. Safe to use from several threads.
/// </summary>
public sealed class PluginLoaders
{
    /// <summary>The name of the host's own loader, which is the default.</summary>
    public const string Own = "qwen";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Func<IPluginLoader>> _factories = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, IPluginLoader> _made = new(StringComparer.OrdinalIgnoreCase) { [Own] = new OwnPluginLoader() };

    /// <summary>Gets the names that can be selected, in alphabetical order.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _factories.Keys.Append(Own).Order(StringComparer.OrdinalIgnoreCase)];
            }
        }
    }

    /// <summary>Adds a loader.</summary>
    /// <param name="name">The name that selects it; case does not matter.</param>
    /// <param name="create">Makes it. Called once, when the first plugin that selects the loader is looked at.</param>
    /// <returns>This object, for further calls.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public PluginLoaders Add(string name, Func<IPluginLoader> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        lock (_gate)
        {
            if (name.Equals(Own, StringComparison.OrdinalIgnoreCase) || !_factories.TryAdd(name, create))
            {
                throw new ArgumentException($"There is a plugin loader '{name}' already.", nameof(name));
            }
        }

        return this;
    }

    /// <summary>Returns the loader of a name, or <c>null</c> if there is none.</summary>
    internal IPluginLoader? Find(string name)
    {
        lock (_gate)
        {
            if (_made.TryGetValue(name, out var made))
            {
                return made;
            }

            return _factories.TryGetValue(name, out var create) ? _made[name] = create() : null;
        }
    }
}
