using System.Globalization;
using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Requests;

/// <summary>Reads from the body of a refusal how long a provider wants to be left alone.</summary>
internal static class WaitTimes
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly string[] Phrases = ["retry in ", "try again in ", "retry after ", "available in ", "resets in ", "reset in "];

    /// <summary>Reads Google's <c>RetryInfo</c>.</summary>
    /// <param name="error">The error object.</param>
    public static TimeSpan? OfDetails(JsonElement error)
    {
        foreach (var detail in Details(error))
        {
            if (detail.Text("retryDelay"u8) is { Length: > 0 } delay && Read(delay) is { } wait)
            {
                return wait;
            }
        }

        return null;
    }

    /// <summary>Returns whether the quota of a day is used up, so that waiting for some minutes is of no use.</summary>
    /// <param name="error">The error object.</param>
    public static bool IsDaily(JsonElement error)
    {
        foreach (var detail in Details(error))
        {
            foreach (var violation in detail.Array("violations"u8)?.EnumerateArray() ?? default)
            {
                if (violation.Text("quotaId"u8)?.Contains("PerDay", StringComparison.OrdinalIgnoreCase) == true)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Reads a wait from words, as in <c>Please retry in 6m1.5s</c>.</summary>
    /// <param name="words">What the provider says.</param>
    public static TimeSpan? OfWords(string? words)
    {
        foreach (var phrase in words is null ? [] : Phrases)
        {
            var at = words!.IndexOf(phrase, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && Read(words.AsSpan(at + phrase.Length)) is { } wait)
            {
                return wait;
            }
        }

        return null;
    }

    private static JsonElement.ArrayEnumerator Details(JsonElement error) => error.Array("details"u8)?.EnumerateArray() ?? default;

    /// <summary>Reads numbers with their units up to the first word that is none; a number without a unit counts seconds.</summary>
    private static TimeSpan? Read(ReadOnlySpan<char> text)
    {
        TimeSpan? sum = null;
        while (true)
        {
            text = text.TrimStart();
            var digits = 0;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] is '.'))
            {
                digits++;
            }

            var isNumber = double.TryParse(
                text[..digits].TrimEnd('.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
            if (!isNumber)
            {
                return sum;
            }

            text = text[digits..].TrimStart();
            var letters = 0;
            while (letters < text.Length && char.IsAsciiLetter(text[letters]))
            {
                letters++;
            }

            var seconds = number * SecondsOf(text[..letters], isFirst: sum is null);
            if (seconds < 0)
            {
                return sum;
            }

            sum = (sum ?? TimeSpan.Zero) + TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds));
            sum = sum > Longest ? Longest : sum;
            text = text[letters..];
        }
    }

    private static double SecondsOf(ReadOnlySpan<char> unit, bool isFirst) => unit switch
    {
        "ms" or "milliseconds" => 0.001,
        "s" or "sec" or "secs" or "second" or "seconds" => 1,
        "m" or "min" or "mins" or "minute" or "minutes" => 60,
        "h" or "hr" or "hrs" or "hour" or "hours" => 3600,
        "d" or "day" or "days" => 86_400,
        "" when isFirst => 1,
        _ => -1,
    };
}
