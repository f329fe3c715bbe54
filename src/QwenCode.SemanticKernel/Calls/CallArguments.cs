using System.Text.Json;
using Microsoft.SemanticKernel;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>
/// The arguments of a call as Semantic Kernel's filters see them, and the way back. A string is a string, nothing is <c>null</c>, and
/// everything else is the JSON the model sent.
/// </summary>
internal sealed class CallArguments
{
    private readonly KeyValuePair<string, object?>[] _sent;

    // Compared by reference: a filter that puts an equal number in another box has still touched it.
    private CallArguments(ToolCall call, KeyValuePair<string, object?>[] sent) => (Call, _sent) = (call, sent);

    /// <summary>Gets the call.</summary>
    public ToolCall Call { get; }

    /// <summary>Gets or sets what the innermost filter returned; <c>null</c> before it has run.</summary>
    public ToolResult? Result { get; set; }

    /// <summary>Gets or sets what the innermost filter set as the function's value. Another value in its place is a filter's.</summary>
    public object? Value { get; set; }

    /// <summary>Makes the arguments of a call, which carry the call with them.</summary>
    /// <param name="call">The call.</param>
    /// <param name="function">The function that gets them.</param>
    public static KernelArguments Create(ToolCall call, KernelFunction function)
    {
        var values = new KernelArguments();
        Write(call.Arguments, values, function);
        values.Context = new Dictionary<object, object?>(1) { [typeof(CallArguments)] = new CallArguments(call, [.. values]) };
        return values;
    }

    /// <summary>Finds the call that arguments carry; <c>null</c> if code inside a call made them.</summary>
    public static CallArguments? Find(KernelArguments arguments) =>
        arguments.Context is { } context && context.TryGetValue(typeof(CallArguments), out var carried) ? carried as CallArguments : null;

    /// <summary>Returns the arguments if a filter changed them, else <c>null</c>.</summary>
    /// <exception cref="ToolArgumentException">A value has no JSON form.</exception>
    public ToolArguments? FindChange(KernelArguments arguments)
    {
        if (arguments.Count == _sent.Length)
        {
            var same = true;
            foreach (var (name, value) in _sent)
            {
                same &= arguments.TryGetValue(name, out var now)
                    && (ReferenceEquals(now, value) || (now is string text && value is string sent && text == sent));
            }

            if (same)
            {
                return null;
            }
        }

        return ToolArguments.From(arguments);
    }

    /// <summary>Sets values to the arguments of a call, and takes out all others.</summary>
    /// <param name="arguments">The arguments of the call.</param>
    /// <param name="values">The values.</param>
    /// <param name="function">The function that gets them.</param>
    public static void Write(ToolArguments arguments, KernelArguments values, KernelFunction function)
    {
        values.Clear();
        if (arguments.Json.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in arguments.Json.EnumerateObject())
        {
            values[member.Name] = member.Value.ValueKind switch
            {
                JsonValueKind.String when TakesText(function, member.Name) => member.Value.GetString(),
                JsonValueKind.Null => null,
                _ => member.Value,
            };
        }
    }

    // The library converts text to the types below, and hands JSON to the serializer: only that knows dates, versions, bytes and
    // converters.
    private static bool TakesText(KernelFunction function, string name)
    {
        foreach (var parameter in function.Metadata.Parameters)
        {
            if (parameter.ParameterType is { } given && parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                var type = Nullable.GetUnderlyingType(given) ?? given;
                return type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(object) || type == typeof(decimal)
                    || type == typeof(Guid)
                    || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan) || type == typeof(Uri)
                    || type == typeof(System.Globalization.CultureInfo);
            }
        }

        return true;
    }
}
