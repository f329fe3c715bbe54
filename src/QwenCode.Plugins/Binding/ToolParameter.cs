using System.Reflection;
using System.Text.Json;
using QwenCode.Plugins.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>One parameter of a method tool.</summary>
/// <param name="Info">The parameter.</param>
/// <param name="Source">Who fills it in.</param>
/// <param name="IsNullable">Whether <c>null</c> is a value of it.</param>
internal sealed record ToolParameter(ParameterInfo Info, ToolParameterSource Source, bool IsNullable)
{
    public string Name => Info.Name!;

    public Type Type => Info.ParameterType;

    /// <summary>Gets the type without <c>?</c>.</summary>
    public Type Core => Nullable.GetUnderlyingType(Type) ?? Type;

    public bool IsOptional => Info.HasDefaultValue;

    public static ToolParameter Of(ParameterInfo info, JsonSerializerOptions json)
    {
        var type = info.ParameterType;
        var source = type == typeof(ToolContext) ? ToolParameterSource.Context
            : type == typeof(CancellationToken) ? ToolParameterSource.Cancellation
            : type == typeof(IProgress<ToolProgress>) ? ToolParameterSource.Progress
            : KernelMarks.IsKernel(type) ? ToolParameterSource.Kernel
            : KernelMarks.IsService(info, out _) ? ToolParameterSource.KernelService
            : ToolParameterSource.Model;
        var nullable = Nullable.GetUnderlyingType(type) is not null
            || (!type.IsValueType && new NullabilityInfoContext().Create(info).WriteState is NullabilityState.Nullable);
        if (source is ToolParameterSource.Model && !JsonPrimitives.Knows(Nullable.GetUnderlyingType(type) ?? type))
        {
            // Fails here, where the tool is described, and not at the first call.
            _ = json.GetTypeInfo(type);
        }

        return new(info, source, nullable);
    }

    /// <summary>Returns what the parameter gets when the model says nothing.</summary>
    public object? Default()
    {
        var value = Info.DefaultValue;
        return value is not null && Core.IsEnum && value.GetType() != Core ? Enum.ToObject(Core, value)
            : value is null && Type.IsValueType && Nullable.GetUnderlyingType(Type) is null ? Activator.CreateInstance(Type)
            : value;
    }
}
