using System.Text.Json;

namespace QwenCode.Plugins.Binding;

/// <summary>The types that are read without a serializer: nearly all parameters, at none of its start-up cost.</summary>
internal static class JsonPrimitives
{
    public static bool Knows(Type type) => TypeWord(type) is not null;

    /// <summary>Returns the JSON type, or <c>null</c> for a type that is not primitive.</summary>
    public static string? TypeWord(Type type) => type.IsEnum ? null : Type.GetTypeCode(type) switch
    {
        TypeCode.String => "string",
        TypeCode.Boolean => "boolean",
        TypeCode.Byte or TypeCode.SByte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64
            or TypeCode.UInt64 => "integer",
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "number",
        _ => null,
    };

    /// <summary>Reads a value.</summary>
    /// <returns>The value, or <c>null</c> if the JSON is of another type or out of range.</returns>
    public static object? Read(JsonElement json, Type type)
    {
        switch (Type.GetTypeCode(type))
        {
            case TypeCode.String:
                return json.ValueKind is JsonValueKind.String ? json.GetString() : null;
            case TypeCode.Boolean:
                return json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : null;
        }

        if (json.ValueKind is not JsonValueKind.Number)
        {
            return null;
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Int32 => json.TryGetInt32(out var value) ? value : Whole(json) is { } whole and >= int.MinValue and <= int.MaxValue
                ? (int)whole : null,
            TypeCode.Int64 => json.TryGetInt64(out var value) ? value : Whole(json) is { } whole and >= long.MinValue and < long.MaxValue
                ? (long)whole : null,
            TypeCode.Byte => json.TryGetByte(out var value) ? value : null,
            TypeCode.SByte => json.TryGetSByte(out var value) ? value : null,
            TypeCode.Int16 => json.TryGetInt16(out var value) ? value : null,
            TypeCode.UInt16 => json.TryGetUInt16(out var value) ? value : null,
            TypeCode.UInt32 => json.TryGetUInt32(out var value) ? value : null,
            TypeCode.UInt64 => json.TryGetUInt64(out var value) ? value : null,
            TypeCode.Single => json.TryGetSingle(out var value) && float.IsFinite(value) ? value : null,
            TypeCode.Double => json.TryGetDouble(out var value) && double.IsFinite(value) ? value : null,
            TypeCode.Decimal => json.TryGetDecimal(out var value) ? value : null,
            _ => null,
        };
    }

    // JSON knows one kind of number, and models write 5.0 for 5.
    private static double? Whole(JsonElement json) => json.TryGetDouble(out var value) && Math.Floor(value) == value ? value : null;
}
