namespace QwenCode.Models.Catalogue;

/// <summary>Knows windows, output limits and media of models by the beginning of their names.</summary>
public static class ModelCatalogue
{
    /// <summary>The context window of a model nobody knows.</summary>
    public const int DefaultContextWindow = 131_072;

    /// <summary>The output limit assumed for a model nobody knows.</summary>
    public const int DefaultOutputLimit = 32_000;

    private const string DateSuffix = "-0000-00-00";

    /// <summary>Gives what is known of a model.</summary>
    /// <param name="model">The model's id, with or without the name of a vendor, a date or a quantisation.</param>
    public static ModelLimits Find(string model)
    {
        var name = Normalise(model);
        var output = OutputLimit(name);
        return new(ContextWindow(name), output ?? DefaultOutputLimit, output is not null, Modalities(name));
    }

    /// <summary>Reduces an id to the name the tables know: no vendor, no date, no version, no quantisation.</summary>
    /// <param name="model">The model's id.</param>
    public static string Normalise(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var name = model.Trim().ToLowerInvariant();
        name = name[(name.LastIndexOfAny(['/', '|', ':']) + 1)..];
        if (name.AsSpan().ContainsAny(" \t\r\n"))
        {
            name = string.Join('-', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }

        name = name.Replace("-preview", string.Empty, StringComparison.Ordinal);
        if (!IsNameOfItsOwn(name))
        {
            name = EndsWithDate(name) ? name[..^DateSuffix.Length] : DropLast(name, static (part, rest) => IsRelease(part, rest));
        }

        return DropLast(name, static (part, _) => IsQuantisation(part));
    }

    private static bool IsNameOfItsOwn(string name) =>
        name is "qwen-plus-latest" or "qwen-flash-latest" or "qwen-vl-max-latest"
        || (name.StartsWith("kimi-k2-", StringComparison.Ordinal) && name.Length == 12 && AreDigits(name.AsSpan(8)));

    private static bool EndsWithDate(string name)
    {
        var isDate = name.Length > DateSuffix.Length;
        for (var i = 1; isDate && i <= DateSuffix.Length; i++)
        {
            isDate = DateSuffix[^i] is '-' ? name[^i] is '-' : char.IsAsciiDigit(name[^i]);
        }

        return isDate;
    }

    private static string DropLast(string name, Func<string, string, bool> isDropped)
    {
        var dash = name.LastIndexOf('-');
        return dash > 0 && isDropped(name[(dash + 1)..], name[..dash]) ? name[..dash] : name;
    }

    private static bool IsRelease(string part, string rest)
    {
        if (part is "latest" or "exp")
        {
            return true;
        }

        if (part.Length >= 4 && AreDigits(part))
        {
            return true;
        }

        if (part.Length > 1 && part[0] is 'v' && IsVersion(part.AsSpan(1)))
        {
            return true;
        }

        // A size such as 8x22b. A plain "30b" is no suffix worth dropping: no table row depends on it.
        if (part.Length > 3 && part[^1] is 'b' && part.IndexOf('x', StringComparison.Ordinal) is > 0 and var x)
        {
            return AreDigits(part.AsSpan(0, x)) && AreDigits(part.AsSpan(x + 1, part.Length - x - 2));
        }

        return part.Contains('.', StringComparison.Ordinal) && IsVersion(part) && rest.Contains('-', StringComparison.Ordinal);
    }

    private static bool IsQuantisation(string part) =>
        part is "int4" or "int8" or "bf16" or "fp16" or "fp8" or "q4" or "q5" or "q8" or "quantized" or "bit" or "awq" or "gptq"
        || (part.Length == 4 && char.IsAsciiDigit(part[0]) && part.EndsWith("bit", StringComparison.Ordinal));

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static bool IsVersion(ReadOnlySpan<char> text)
    {
        foreach (var part in text.Split('.'))
        {
            if (!AreDigits(text[part]))
            {
                return false;
            }
        }

        return true;
    }

    private static int ContextWindow(string name) => name switch
    {
        _ when Is(name, "gemini-") => 1_000_000,
        _ when Is(name, "gpt-5") => 272_000,
        _ when Is(name, "gpt-") => 131_072,
        _ when IsReasoningSeries(name) => 200_000,
        _ when Is(name, "claude-") => 200_000,
        _ when Is(name, "qwen3-coder-plus") || Is(name, "qwen3-coder-flash") || IsQwenThreePoint(name) => 1_000_000,
        _ when Is(name, "qwen-plus-latest") || Is(name, "qwen-flash-latest") || Is(name, "coder-model") => 1_000_000,
        _ when Is(name, "qwen") => 262_144,
        _ when Is(name, "deepseek") => 131_072,
        _ when Is(name, "glm-") => 202_752,
        _ when Is(name, "minimax-m2.5") => 196_608,
        _ when Is(name, "minimax-") => 200_000,
        _ when Is(name, "kimi-") => 262_144,
        _ when Is(name, "seed-oss") => 524_288,
        _ => DefaultContextWindow,
    };

    private static int? OutputLimit(string name) => name switch
    {
        _ when Is(name, "gemini-3") => 65_536,
        _ when Is(name, "gemini-") => 8_192,
        _ when Is(name, "gpt-5") => 131_072,
        _ when Is(name, "gpt-") => 16_384,
        _ when IsReasoningSeries(name) => 131_072,
        _ when Is(name, "claude-opus-4-6") => 131_072,
        _ when Is(name, "claude-") => 65_536,
        _ when IsQwenThreePoint(name) || Is(name, "coder-model") => 65_536,
        _ when Is(name, "qwen") => 32_768,
        _ when Is(name, "deepseek-reasoner") || Is(name, "deepseek-r1") => 65_536,
        _ when Is(name, "deepseek-chat") => 8_192,
        _ when Is(name, "glm-5") || Is(name, "glm-4.7") => 16_384,
        _ when Is(name, "minimax-m2.5") => 65_536,
        _ when Is(name, "kimi-k2.5") => 32_768,
        _ => null,
    };

    private static ModelModalities Modalities(string name) => name switch
    {
        _ when Is(name, "gemini-") => ModelModalities.Image | ModelModalities.Pdf | ModelModalities.Audio | ModelModalities.Video,
        _ when Is(name, "gpt-") || IsReasoningSeries(name) => ModelModalities.Image,
        _ when Is(name, "claude-") => ModelModalities.Image | ModelModalities.Pdf,
        _ when Is(name, "qwen3.5-plus") || Is(name, "qwen3.6-plus") || Is(name, "coder-model") || Is(name, "qwen-vl-")
            || Is(name, "qwen3-vl-")
            || Is(name, "kimi-k2.5") => ModelModalities.Image | ModelModalities.Video,
        _ when Is(name, "glm-4.5v") => ModelModalities.Image,
        _ => ModelModalities.None,
    };

    private static bool Is(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);

    private static bool IsReasoningSeries(string name) => name.Length > 1 && name[0] is 'o' && char.IsAsciiDigit(name[1]);

    private static bool IsQwenThreePoint(string name) => name.Length > 6 && Is(name, "qwen3.") && char.IsAsciiDigit(name[6]);
}
