using System.Collections;

namespace Microsoft.SemanticKernel;

public sealed class Kernel(IServiceProvider? services = null, KernelPluginCollection? plugins = null)
{
    public IServiceProvider? Services { get; } = services;

    public KernelPluginCollection Plugins { get; } = plugins ?? [];

    public IList<IFunctionInvocationFilter> FunctionInvocationFilters { get; private init; } = [];

    public Kernel Clone() => new(Services, Plugins) { FunctionInvocationFilters = [.. FunctionInvocationFilters] };

    public Task<FunctionResult> InvokeAsync(KernelFunction function, KernelArguments? arguments = null, CancellationToken cancellationToken = default) =>
        function.InvokeAsync(this, arguments ?? [], cancellationToken);
}

public sealed class KernelPlugin(string name, IEnumerable<KernelFunction> functions) : IEnumerable<KernelFunction>
{
    private readonly List<KernelFunction> _functions = [.. functions.Select(function => function.Clone(name))];

    public string Name { get; } = name;

    public IEnumerator<KernelFunction> GetEnumerator() => _functions.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

public sealed class KernelPluginCollection : ICollection<KernelPlugin>
{
    private readonly List<KernelPlugin> _plugins = [];

    public int Count => _plugins.Count;

    public bool IsReadOnly => false;

    public void Add(KernelPlugin item) => _plugins.Add(item);

    public void Clear() => _plugins.Clear();

    public bool Contains(KernelPlugin item) => _plugins.Contains(item);

    public void CopyTo(KernelPlugin[] array, int arrayIndex) => _plugins.CopyTo(array, arrayIndex);

    public bool Remove(KernelPlugin item) => _plugins.Remove(item);

    public IEnumerator<KernelPlugin> GetEnumerator() => _plugins.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
