using System.Reflection;
using Microsoft.Extensions.AI;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Reports;
using QwenCode.Plugins.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.Plugins.Metadata;

/// <summary>Our own marks: <see cref="ToolAttribute"/> on methods, <see cref="PluginToolAttribute"/> on classes.</summary>
internal sealed class QwenCodeDialect : IPluginDialect
{
    public const string DialectName = "qwen";

    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string MethodMark = typeof(ToolAttribute).FullName!;
    private static readonly string ClassMark = typeof(PluginToolAttribute).FullName!;

    public string Name => DialectName;

    public bool MarksMethod(string attributeFullName) => attributeFullName == MethodMark;

    public bool MarksClass(string attributeFullName) => attributeFullName == ClassMark;

    public IEnumerable<BoundTool> Bind(Type type, BindingContext binding)
    {
        var tools = new List<BoundTool>();
        var mark = type.GetCustomAttribute<PluginToolAttribute>();
        var order = mark?.Order ?? 0;
        if (typeof(AIFunction).IsAssignableFrom(type))
        {
            if (BindClass(type, order, binding) is { } tool)
            {
                tools.Add(tool);
            }

            return tools;
        }

        foreach (var method in type.GetMethods(All))
        {
            if (method.GetCustomAttribute<ToolAttribute>() is { } attribute
                && BindMethod(type, method, attribute, order, binding) is { } tool)
            {
                tools.Add(tool);
            }
        }

        if (mark is not null && tools.Count == 0)
        {
            binding.Report(PluginFaultReason.InvalidTool,
                $"The class {type.FullName} is marked [PluginTool], but is neither a Tool nor an AIFunction and has no usable "
                + "[Tool] method.",
                "Derive it from Tool or AIFunction, or mark a public method.");
        }

        return tools;
    }

    private static BoundTool? BindClass(Type type, int order, BindingContext binding)
    {
        if (type.IsAbstract || type.ContainsGenericParameters)
        {
            binding.Report(PluginFaultReason.InvalidTool, $"The class {type.FullName} is abstract or generic and cannot be a tool.",
                "Mark the class that derives from it.");
            return null;
        }

        var lazy = new Lazy<Tool>(() => KernelParameters.Make(type, binding) switch
        {
            Tool tool => tool,
            AIFunction function => new FunctionTool(function, FindStaticDeclaration(type), binding),
            var other => throw new InvalidOperationException($"{other.GetType()} is no tool."),
        });
        try
        {
            return new(FindStaticDeclaration(type) ?? lazy.Value.Declaration, null, order, _ => lazy.Value);
        }
        catch (PluginFaultException exception)
        {
            binding.Faults.Add(exception.Fault);
            return null;
        }
    }

    /// <summary>
    /// A class whose constructor needs the host's services cannot be made if there is no host, such as at build time; a static
    /// property or field of type <see cref="ToolDeclaration"/> describes it all the same.
    /// </summary>
    private static ToolDeclaration? FindStaticDeclaration(Type type)
    {
        const BindingFlags statics = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return Array.Find(type.GetProperties(statics), static property => property.PropertyType == typeof(ToolDeclaration))
            ?.GetValue(null) as ToolDeclaration
            ?? Array.Find(type.GetFields(statics), static field => field.FieldType == typeof(ToolDeclaration))
            ?.GetValue(null) as ToolDeclaration;
    }

    private static BoundTool? BindMethod(Type type, MethodInfo method, ToolAttribute mark, int order, BindingContext binding)
    {
        var wrong = !method.IsPublic ? "is not public"
            : method.ContainsGenericParameters ? "is generic"
            : type.ContainsGenericParameters ? "belongs to a generic class"
            : !method.IsStatic && type.IsAbstract ? "needs an instance of an abstract class"
            : Array.Exists(method.GetParameters(), static parameter => parameter.ParameterType.IsByRef
                || parameter.ParameterType.IsByRefLike || parameter.ParameterType.IsPointer) ? "has a parameter that is passed by reference"
            : null;
        if (wrong is not null)
        {
            binding.Report(PluginFaultReason.InvalidTool, $"The method {type.FullName}.{method.Name} {wrong} and cannot be a tool.",
                "Make it a public method with plain parameters.", mark.Name);
            return null;
        }

        try
        {
            var parameters = method.GetParameters().Select(parameter => ToolParameter.Of(parameter, binding.Json)).ToArray();
            var declaration = new ToolDeclaration
            {
                Name = mark.Name,
                DisplayName = mark.DisplayName ?? mark.Name,
                Description = method.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()?.Description ?? string.Empty,
                Parameters = SchemaGenerator.Describe(parameters, binding.Json),
                Kind = mark.Kind,
                Traits = mark.Traits,
                Source = binding.Plugin,
            };
            return new(declaration, method.Name, order, declared =>
                new MethodTool(declared, method, parameters, method.IsStatic ? null : KernelParameters.Make(type, binding), binding));
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            binding.Report(PluginFaultReason.InvalidSchema, $"No schema can be made for {type.FullName}.{method.Name}: {exception.Message}",
                "Use plain types, records, lists and dictionaries with string keys.", mark.Name);
            return null;
        }
    }
}
