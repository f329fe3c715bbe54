using System.Reflection;
using Microsoft.Extensions.Logging;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Binding;

/// <summary>Makes each class of a plugin generation once, and ends what it made.</summary>
/// <param name="file">The assembly, for faults.</param>
/// <param name="services">What the host can fill in.</param>
/// <param name="loggers">Where the plugin's loggers come from.</param>
/// <param name="time">The clock.</param>
internal sealed class PluginInstances(string file, Func<Type, object?> services, ILoggerFactory loggers, TimeProvider time)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Type, object> _instances = [];
    private readonly HashSet<Type> _making = [];

    /// <summary>Gets where the plugin's loggers come from.</summary>
    public ILoggerFactory Loggers => loggers;

    /// <summary>Returns a place for further instances, which is disposed of by itself.</summary>
    public PluginInstances Branch() => new(file, services, loggers, time);

    /// <summary>Returns the instance of a class.</summary>
    /// <param name="type">The class.</param>
    /// <param name="fill">
    /// Fills in what the host has not, or has otherwise; it is asked first, and <c>null</c> from it leaves the parameter to the host.
    /// </param>
    /// <exception cref="PluginFaultException">Its constructor threw, or needs something the host does not have.</exception>
    public object Get(Type type, Func<ParameterInfo, object?>? fill = null) => Get(type, () => Create(type, fill));

    /// <summary>Returns the instance of a class that is made in a way of its own.</summary>
    public object Get(Type type, Func<object> create)
    {
        // The constructor runs inside the lock on purpose: a class is promised to be made once per generation.
        lock (_gate)
        {
            if (_instances.TryGetValue(type, out var known))
            {
                return known;
            }

            if (!_making.Add(type))
            {
                throw Failed(type, "its constructor needs, by way of others, the class itself.", "Break the circle.");
            }

            try
            {
                return _instances[type] = create();
            }
            finally
            {
                _making.Remove(type);
            }
        }
    }

    /// <summary>Returns what the host fills in for a type, or <c>null</c>.</summary>
    public object? FindService(Type type) =>
        type == typeof(TimeProvider) ? time
        : type == typeof(ILoggerFactory) ? loggers
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ILogger<>)
            ? Activator.CreateInstance(typeof(Logger<>).MakeGenericType(type.GenericTypeArguments), loggers)
        // The host cannot have what only the plugin knows, and a container would remember the question, and with it the plugin, for ever.
        : type.IsCollectible ? null
        : services(type);

    /// <summary>Gives up the instances without running their code: they were made to be looked at only.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _instances.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        object[] instances;
        lock (_gate)
        {
            instances = [.. _instances.Values];
            _instances.Clear();
        }

        foreach (var instance in instances)
        {
            try
            {
                if (instance is IAsyncDisposable asynchronous)
                {
                    await asynchronous.DisposeAsync().ConfigureAwait(false);
                }
                else
                {
                    (instance as IDisposable)?.Dispose();
                }
            }
            catch (Exception exception)
            {
                // A plugin's code runs here; what it throws while it goes must not keep the others from going.
                loggers.CreateLogger<PluginInstances>().DisposeThrew(exception, file);
            }
        }
    }

    private object Create(Type type, Func<ParameterInfo, object?>? fill)
    {
        var constructors = type.GetConstructors();
        if (type.IsAbstract || type.ContainsGenericParameters || constructors.Length == 0)
        {
            throw Failed(type, "it is abstract, generic, or has no public constructor.", "Give the class a public constructor.");
        }

        Array.Sort(constructors, static (left, right) => right.GetParameters().Length.CompareTo(left.GetParameters().Length));
        ParameterInfo? missing = null;
        foreach (var constructor in constructors)
        {
            var parameters = constructor.GetParameters();
            var arguments = new object?[parameters.Length];
            var lacking = Array.Find(parameters, parameter => !TryResolve(parameter, fill, out arguments[parameter.Position]));
            if (lacking is null)
            {
                return Invoke(type, constructor, arguments);
            }

            missing ??= lacking;
        }

        throw Failed(type, $"the host has no {missing?.ParameterType} for its constructor parameter '{missing?.Name}'.",
            "Register the service with the host, or make the parameter optional.");
    }

    private object Invoke(Type type, ConstructorInfo constructor, object?[] arguments)
    {
        try
        {
            return constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        catch (Exception exception)
        {
            // A plugin's code: whatever it throws is its own fault.
            if (LoadFaults.FindMissingAssembly(exception, file) is { } missing)
            {
                throw new PluginFaultException(missing, exception);
            }

            throw Failed(type, $"it threw {exception.GetType().Name}: {exception.Message}",
                "Mend the constructor; work belongs into the call.", exception);
        }
    }

    private bool TryResolve(ParameterInfo parameter, Func<ParameterInfo, object?>? fill, out object? value)
    {
        var type = parameter.ParameterType;
        value = type == typeof(ILogger)
            ? loggers.CreateLogger(parameter.Member.DeclaringType?.FullName ?? file)
            : fill?.Invoke(parameter) ?? FindService(type);
        if (value is not null)
        {
            return true;
        }

        value = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return parameter.HasDefaultValue;
    }

    private PluginFaultException Failed(Type type, string why, string advice, Exception? cause = null) =>
        new(new(PluginFaultReason.ConstructorFailed, file, $"The class {type.FullName} could not be created: {why}", advice), cause);
}
