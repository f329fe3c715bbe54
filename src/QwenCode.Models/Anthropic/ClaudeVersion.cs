namespace QwenCode.Models.Anthropic;

/// <summary>The version in the name of a Claude model, by which its requests differ.</summary>
/// <param name="Major">The first number; 0 if the name holds none.</param>
/// <param name="Minor">The second number; 0 if the name holds none.</param>
internal readonly record struct ClaudeVersion(int Major, int Minor)
{
    /// <summary>Gets whether the name says which version it is.</summary>
    public bool IsKnown => Major > 0;

    /// <summary>Reads the version from a model's id, as in <c>claude-3-7-sonnet-latest</c> or <c>claude-opus-4-1@20250805</c>.</summary>
    /// <param name="model">The id; another vendor's has no version.</param>
    public static ClaudeVersion Of(string model)
    {
        var at = model.IndexOf("claude-", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return default;
        }

        int? major = null;
        foreach (var word in model[(at + 7)..].Split('-', '@', '.', ':'))
        {
            // A date has eight digits, and is no version.
            if (word.Length is 1 or 2 && int.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out var number))
            {
                if (major is { } first)
                {
                    return new(first, number);
                }

                major = number;
            }
            else if (major is not null)
            {
                break;
            }
        }

        return new(major ?? 0, 0);
    }

    /// <summary>Returns whether this is a version or a later one.</summary>
    /// <param name="major">The first number.</param>
    /// <param name="minor">The second number.</param>
    public bool IsFrom(int major, int minor) => Major > major || (Major == major && Minor >= minor);
}
