using System.Collections;
using System.Reflection;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>Makes kernels that have what two others have. If both have a plugin of the same name, the first one's counts.</summary>
internal sealed class KernelComposer
{
    private readonly ConstructorInfo _kernel;
    private readonly ConstructorInfo _collection;
    private readonly PropertyInfo _plugins;
    private readonly PropertyInfo _services;
    private readonly PropertyInfo _data;
    private readonly PropertyInfo _culture;
    private readonly PropertyInfo _name;
    private readonly MethodInfo _add;
    private readonly (PropertyInfo List, MethodInfo Add)[] _filters;

    /// <param name="kernel">The library's type of kernels.</param>
    public KernelComposer(Type kernel)
    {
        _plugins = kernel.GetProperty("Plugins")!;
        _services = kernel.GetProperty("Services")!;
        _data = kernel.GetProperty("Data")!;
        _culture = kernel.GetProperty("Culture")!;
        var plugin = kernel.Assembly.GetType($"{KernelNames.Prefix}.KernelPlugin", throwOnError: true)!;
        _name = plugin.GetProperty("Name")!;
        _add = _plugins.PropertyType.GetMethod("Add", [plugin])!;
        _collection = _plugins.PropertyType.GetConstructor([typeof(IEnumerable<>).MakeGenericType(plugin)])!;
        _kernel = kernel.GetConstructor([typeof(IServiceProvider), _plugins.PropertyType])!;
        _filters = [.. KernelNames.FilterProperties.Select(name => kernel.GetProperty(name)!).Select(static list =>
            (list, typeof(ICollection<>).MakeGenericType(list.PropertyType.GenericTypeArguments).GetMethod("Add")!))];
    }

    /// <summary>Makes a kernel with the filters and settings of one, the plugins of both, and services of its own.</summary>
    public object Compose(object first, object second, IServiceProvider services)
    {
        var own = _plugins.GetValue(first)!;
        var plugins = _collection.Invoke([own]);
        var taken = ((IEnumerable)own).Cast<object>().Select(NameOf).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // What the session's kernel offers to other kernels leads back to it; its own functions run in no other kernel.
        var offered = ((IServiceProvider)_services.GetValue(second)!).GetService(_plugins.PropertyType) ?? _plugins.GetValue(second)!;
        foreach (var plugin in (IEnumerable)offered)
        {
            if (taken.Add(NameOf(plugin)))
            {
                _add.Invoke(plugins, [plugin]);
            }
        }

        var made = _kernel.Invoke([services, plugins]);
        foreach (var (list, add) in _filters)
        {
            var into = list.GetValue(made);
            foreach (var filter in (IEnumerable)list.GetValue(first)!)
            {
                add.Invoke(into, [filter]);
            }
        }

        _culture.SetValue(made, _culture.GetValue(first));
        var data = (IDictionary<string, object?>)_data.GetValue(made)!;
        foreach (var (key, value) in (IDictionary<string, object?>)_data.GetValue(first)!)
        {
            data[key] = value;
        }

        return made;
    }

    private string NameOf(object plugin) => (string)_name.GetValue(plugin)!;
}
