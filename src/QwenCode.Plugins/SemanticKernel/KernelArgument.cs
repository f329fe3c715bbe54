using System.ComponentModel;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// Chooses the form in which an argument is handed to the library. Text it converts in its own way, and only to types that it knows;
/// JSON it leaves to the serializer, which knows more types and their own converters, but takes fewer ways of writing a date.
/// </summary>
internal static class KernelArgument
{
    /// <summary>Returns the value to hand over.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="value">What the model sent.</param>
    /// <param name="type">The parameter's type; <c>null</c> if it has none, as those of prompts.</param>
    /// <param name="json">The conventions of the plugin.</param>
    /// <param name="problem">What is wrong with it, if the library could not make anything of it; otherwise <c>null</c>.</param>
    public static object? Of(string name, JsonElement value, Type? type, JsonSerializerOptions json, out string? problem)
    {
        problem = null;
        if (value.ValueKind is not JsonValueKind.String)
        {
            return value.ValueKind is JsonValueKind.Null ? null : value;
        }

        if (type is null || type.IsAssignableFrom(typeof(string)) || IsNumber(type = Nullable.GetUnderlyingType(type) ?? type))
        {
            // Numbers too: the library reads them from text by the kernel's culture, and from JSON by the thread's.
            return value.GetString();
        }

        try
        {
            _ = value.Deserialize(type, json);
            return value;
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            if (ReadsText(type))
            {
                return value.GetString();
            }

            var read = ReadByConverter(value.GetString()!, type);
            problem = read is null ? $"'{name}' cannot be used: {exception.Message.Split(" Path:")[0]}" : null;
            return read;
        }
    }

    private static bool IsNumber(Type type) =>
        !type.IsEnum && Type.GetTypeCode(type) is TypeCode.Boolean or (>= TypeCode.SByte and <= TypeCode.Decimal);

    private static bool ReadsText(Type type) =>
        type.IsEnum || type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan)
        || type == typeof(Guid) || type == typeof(Uri) || type == typeof(char);

    private static bool IsRefusal(Exception exception) =>
        exception is JsonException or NotSupportedException or FormatException or ArgumentException or InvalidOperationException;

    /// <summary>
    /// Reads text by a type's own converter of the older kind. The library does that as well, but finds the converter by name, and from the
    /// host's copy of the library there is no way to the plugin's types.
    /// </summary>
    private static object? ReadByConverter(string text, Type type)
    {
        if (type.GetCustomAttribute<TypeConverterAttribute>()?.ConverterTypeName is not { Length: > 0 } name)
        {
            return null;
        }

        using var scope = AssemblyLoadContext.GetLoadContext(type.Assembly)?.EnterContextualReflection();
        try
        {
            var converter = Type.GetType(name) is { } found ? Activator.CreateInstance(found) as TypeConverter : null;
            return converter?.CanConvertFrom(typeof(string)) == true ? converter.ConvertFromInvariantString(text) : null;
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            return null;
        }
    }
}
