using System.Reflection;
using System.Text.Json;
using QwenCode.Plugins.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>A method that is a tool.</summary>
internal sealed class MethodTool(
    ToolDeclaration declaration, MethodInfo method, IReadOnlyList<ToolParameter> parameters, object? target, BindingContext binding)
    : Tool(declaration)
{
    private readonly KernelGeneration? _generation = KernelParameters.FindGeneration(method, parameters, binding);

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        var values = new object?[parameters.Count];
        List<string>? problems = null;
        for (var i = 0; i < values.Length; i++)
        {
            if (Fill(parameters[i], arguments, context, out values[i]) is { } problem)
            {
                (problems ??= []).Add(problem);
            }
        }

        if (FindUnknown(arguments) is { } unknown)
        {
            (problems ??= []).Add(unknown);
        }

        return problems is null
            ? new MethodInvocation(this, method, target, values, parameters, arguments, context, _generation, binding)
            : throw new ToolArgumentException($"{Name}: {string.Join(' ', problems)}");
    }

    private string? Fill(ToolParameter parameter, ToolArguments arguments, ToolContext context, out object? value)
    {
        value = null;
        switch (parameter.Source)
        {
            case ToolParameterSource.Context:
                value = context;
                return null;
            case ToolParameterSource.Progress:
                value = new ProgressRelay(context.Report);
                return null;
            case ToolParameterSource.Cancellation or ToolParameterSource.Kernel or ToolParameterSource.KernelService:
                // They are the call's, and filled in when it runs.
                return null;
        }

        if (!arguments.TryGet(parameter.Name, out var json))
        {
            value = parameter.IsOptional ? parameter.Default() : null;
            return parameter.IsOptional ? null : $"'{parameter.Name}' is missing.";
        }

        if (json.ValueKind is JsonValueKind.Null)
        {
            value = parameter.IsNullable || !parameter.IsOptional ? null : parameter.Default();
            return parameter.IsNullable || parameter.IsOptional ? null : $"'{parameter.Name}' must not be null.";
        }

        if (JsonPrimitives.TypeWord(parameter.Core) is { } word)
        {
            value = JsonPrimitives.Read(json, parameter.Core);
            return value is null ? $"'{parameter.Name}' must be of type {word}{Range(parameter.Core)}, and is {Excerpt(json)}." : null;
        }

        try
        {
            value = json.Deserialize(parameter.Type, binding.Json);
            return value is null && !parameter.IsNullable ? $"'{parameter.Name}' must not be null." : null;
        }
        catch (Exception exception)
            when (exception is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            var at = exception is JsonException { Path: { Length: > 1 } path } ? parameter.Name + path[1..] : parameter.Name;
            var choice = parameter.Core.IsEnum ? $" It can be {string.Join(", ", Enum.GetNames(parameter.Core))}." : string.Empty;
            return $"'{at}' cannot be used: {exception.Message.Split(" Path:")[0]}{choice}";
        }
    }

    private string? FindUnknown(ToolArguments arguments)
    {
        if (arguments.Json.ValueKind is not JsonValueKind.Object)
        {
            return "The arguments must be a JSON object.";
        }

        var unknown = arguments.Json.EnumerateObject()
            .Select(static member => member.Name)
            .Where(name => !parameters.Any(parameter => parameter.Source is ToolParameterSource.Model && parameter.Name == name))
            .Select(static name => $"'{name}'")
            .ToList();
        if (unknown.Count == 0)
        {
            return null;
        }

        var known = string.Join(", ", parameters.Where(static parameter => parameter.Source is ToolParameterSource.Model)
            .Select(static parameter => $"'{parameter.Name}'"));
        return $"{string.Join(", ", unknown)} {(unknown.Count == 1 ? "is" : "are")} unknown; "
            + $"{(known.Length == 0 ? "it takes no arguments." : $"it takes {known}.")}";
    }

    private static string Range(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int32 => $" from {int.MinValue} to {int.MaxValue}",
        TypeCode.Byte => " from 0 to 255",
        TypeCode.UInt32 or TypeCode.UInt64 or TypeCode.UInt16 => " and not negative",
        _ => string.Empty,
    };

    private static string Excerpt(JsonElement json) => json.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : json.GetRawText();
}
