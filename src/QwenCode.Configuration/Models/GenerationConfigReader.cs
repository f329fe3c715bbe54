using System.Globalization;
using System.Text.Json;
using QwenCode.Configuration.Layers;
using QwenCode.Models;

namespace QwenCode.Configuration.Models;

/// <summary>Reads <c>generationConfig</c>, in <c>model</c> and in the entries of <c>modelProviders</c> alike.</summary>
internal static class GenerationConfigReader
{
    /// <summary>Reads the object. A member of another kind is ignored with a warning: another version may have written it.</summary>
    /// <param name="node">The object.</param>
    /// <param name="key">Its dotted key.</param>
    /// <param name="warnings">Takes what is ignored.</param>
    public static GenerationConfig Read(SettingsNode? node, string key, List<string> warnings)
    {
        if (node is null || node.Kind == JsonValueKind.Null)
        {
            return GenerationConfig.Empty;
        }

        if (!node.IsObject)
        {
            warnings.Add($"{Settings.WrongKind(key, node, "an object").Message} It is ignored.");
            return GenerationConfig.Empty;
        }

        return new()
        {
            TimeoutMs = Try(() => Whole(node, key, "timeout")),
            MaxRetries = Try(() => Whole(node, key, "maxRetries")),
            RetryErrorCodes = Try(() => Codes(node, key)) ?? [],
            SamplingParams = Try(() => Object(node, key, "samplingParams")),
            Reasoning = Try(() => Reasoning(node, key)),
            EnableCacheControl = Try(() => Truth(node, key, "enableCacheControl")),
            SchemaCompliance = Try(() => Compliance(node, key)),
            SplitToolMedia = Try(() => Truth(node, key, "splitToolMedia")),
            ContextWindowSize = Try(() => Whole(node, key, "contextWindowSize")),
            Price = Try(() => Price(node, key)),
            Modalities = Try(() => Modalities(node, key)),
            CustomHeaders = Try(() => Headers(node, key)),
            ExtraBody = Try(() => Object(node, key, "extra_body")),
        };

        T? Try<T>(Func<T?> read)
        {
            try
            {
                return read();
            }
            catch (SettingsException exception)
            {
                warnings.Add($"{exception.Message} It is ignored.");
                return default;
            }
        }
    }

    private static SettingsNode? Member(SettingsNode node, string name) =>
        node.Member(name) is { Kind: not JsonValueKind.Null } member ? member : null;

    private static ModelPrice? Price(SettingsNode node, string key)
    {
        if (Member(node, "price") is not { } price)
        {
            return null;
        }

        key = $"{key}.price";
        if (!price.IsObject || Amount("input") is not { } input || Amount("output") is not { } output)
        {
            throw Settings.WrongKind(key, price, "an object with \"input\" and \"output\", in US dollars for a million tokens");
        }

        return new ModelPrice(input, output) { CachedInput = Amount("cachedInput"), CacheWrite = Amount("cacheWrite") };

        decimal? Amount(string name) => Member(price, name) is not { } member ? null
            : member.Kind is JsonValueKind.Number
                && decimal.TryParse(member.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && amount >= 0
                ? amount : throw Settings.WrongKind($"{key}.{name}", member, "a number, zero or more");
    }

    private static int? Whole(SettingsNode node, string key, string name) =>
        Member(node, name) is not { } member ? null : WholeOf(member, $"{key}.{name}");

    private static int WholeOf(SettingsNode node, string key) =>
        node.Kind is JsonValueKind.Number or JsonValueKind.String
            && double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == Math.Truncate(number) && number is >= 0 and <= int.MaxValue
            ? (int)number
            : throw Settings.WrongKind(key, node, "a whole number, zero or more");

    private static bool? Truth(SettingsNode node, string key, string name) => Member(node, name) switch
    {
        null => null,
        { Kind: JsonValueKind.True } => true,
        { Kind: JsonValueKind.False } => false,
        var member => throw Settings.WrongKind($"{key}.{name}", member, "true or false"),
    };

    private static JsonElement? Object(SettingsNode node, string key, string name) =>
        Member(node, name) is not { } member ? null
        : member.IsObject ? member.ToElement()
        : throw Settings.WrongKind($"{key}.{name}", member, "an object");

    private static JsonElement? Reasoning(SettingsNode node, string key) =>
        Member(node, "reasoning") is not { } member ? null
        : member.IsObject || member.Kind is JsonValueKind.False or JsonValueKind.True ? member.ToElement()
        : throw Settings.WrongKind(key + ".reasoning", member, "false or an object");

    private static string? Compliance(SettingsNode node, string key) => Member(node, "schemaCompliance") switch
    {
        null => null,
        { Kind: JsonValueKind.String, Text: "auto" or "openapi_30" } member => member.Text,
        var member => throw new SettingsException(
            member.Origin.File, member.Origin.Line, key + ".schemaCompliance", "must be \"auto\" or \"openapi_30\"."),
    };

    private static int[] Codes(SettingsNode node, string key)
    {
        if (Member(node, "retryErrorCodes") is not { } member)
        {
            return [];
        }

        return member.IsArray
            ? [.. member.Items.Select(item => WholeOf(item, $"{key}.retryErrorCodes[{item.Index}]"))]
            : throw Settings.WrongKind(key + ".retryErrorCodes", member, "an array of numbers");
    }

    private static ModelModalities? Modalities(SettingsNode node, string key)
    {
        if (Member(node, "modalities") is not { } member)
        {
            return null;
        }

        if (!member.IsObject)
        {
            throw Settings.WrongKind(key + ".modalities", member, "an object");
        }

        var path = key + ".modalities";
        return Flag("image", ModelModalities.Image) | Flag("pdf", ModelModalities.Pdf) | Flag("audio", ModelModalities.Audio) | Flag(
            "video", ModelModalities.Video);

        ModelModalities Flag(string name, ModelModalities modality) => Truth(member, path, name) == true ? modality : ModelModalities.None;
    }

    private static Dictionary<string, string>? Headers(SettingsNode node, string key)
    {
        if (Member(node, "customHeaders") is not { } member)
        {
            return null;
        }

        if (!member.IsObject)
        {
            throw Settings.WrongKind(key + ".customHeaders", member, "an object");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in member.Members)
        {
            headers[header.Key] = header.Value.Kind is JsonValueKind.String or JsonValueKind.Number
                ? header.Value.Text
                : throw Settings.WrongKind($"{key}.customHeaders.{header.Key}", header.Value, "a string");
        }

        return headers;
    }
}
