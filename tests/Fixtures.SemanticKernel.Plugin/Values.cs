using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.SemanticKernel;

namespace Fixtures.Shop;

/// <summary>Says what arrived, for each type that a model sends as text.</summary>
public sealed class Values
{
    [KernelFunction]
    public static string Guid(Guid value) => value.ToString();

    [KernelFunction]
    public static string DateTime(DateTime value) => $"{value.ToString("O", CultureInfo.InvariantCulture)} {value.Kind}";

    [KernelFunction]
    public static string DateTimeOffset(DateTimeOffset value) => value.ToString("O", CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string DateOnly(DateOnly value) => value.ToString("O", CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string TimeOnly(TimeOnly value) => value.ToString("O", CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string TimeSpan(TimeSpan value) => value.ToString("c", CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string Uri(Uri value) => value.AbsoluteUri;

    [KernelFunction]
    public static string Version(Version value) => $"{value.Major}|{value.Minor}|{value.Build}";

    [KernelFunction]
    public static string Bytes(byte[] value) => string.Join('.', value);

    [KernelFunction]
    public static string Size(Size value) => value.ToString();

    [KernelFunction]
    public static string Days(Days value) => value.ToString();

    [KernelFunction]
    public static string Character(char value) => $"<{value}>";

    [KernelFunction]
    public static string Flag(bool value) => value.ToString();

    [KernelFunction]
    public static string Integer(int value) => value.ToString(CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string Long(long value) => value.ToString(CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string Double(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string Decimal(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string Element(JsonElement value) => value.GetRawText();

    [KernelFunction]
    public static string Node(JsonNode value) => value.ToJsonString();

    [KernelFunction]
    public static string Anything(object value) => $"{value.GetType().Name} {value}";

    [KernelFunction]
    public static string Weight(Weight value) => value.Grams.ToString(CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string Length(Length value) => value.Metres.ToString(CultureInfo.InvariantCulture);

    [KernelFunction]
    public static string MaybeGuid(Guid? value = null) => value?.ToString() ?? "none";

    [KernelFunction]
    public static string MaybeDate(DateOnly? value = null) => value?.ToString("O", CultureInfo.InvariantCulture) ?? "none";

    [KernelFunction]
    public static string MaybeSize(Size? value = null) => value?.ToString() ?? "none";

    [KernelFunction]
    public static string MaybeDecimal(decimal? value = null) => value?.ToString(CultureInfo.InvariantCulture) ?? "none";

    [KernelFunction]
    public static string MaybeCharacter(char? value = null) => value?.ToString() ?? "none";

    [KernelFunction]
    public static string MaybeElement(JsonElement? value = null) => value?.GetRawText() ?? "none";
}

[Flags]
public enum Days
{
    None = 0,
    Saturday = 1,
    Sunday = 2,
}

/// <summary>Written as text by a converter of its own.</summary>
[JsonConverter(typeof(WeightConverter))]
public sealed record Weight(int Grams);

public sealed class WeightConverter : JsonConverter<Weight>
{
    public override Weight Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text && text.EndsWith('g') ? new(int.Parse(text[..^1], CultureInfo.InvariantCulture)) : throw new JsonException("A weight ends with g.");

    public override void Write(Utf8JsonWriter writer, Weight value, JsonSerializerOptions options) => writer.WriteStringValue($"{value.Grams}g");
}

/// <summary>A number to the serializer; the library knows the older kind of converter, which reads text.</summary>
[JsonConverter(typeof(LengthNumber))]
[System.ComponentModel.TypeConverter(typeof(LengthText))]
public sealed record Length(int Metres);

public sealed class LengthNumber : JsonConverter<Length>
{
    public override Length Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, Length value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Metres);
}

public sealed class LengthText : System.ComponentModel.TypeConverter
{
    public override bool CanConvertFrom(System.ComponentModel.ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(System.ComponentModel.ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        new Length(int.Parse(((string)value).TrimEnd('m'), CultureInfo.InvariantCulture));
}
