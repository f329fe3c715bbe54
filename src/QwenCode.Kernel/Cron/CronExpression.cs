using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace QwenCode.Kernel.Cron;

/// <summary>
/// Five fields in local time: minute, hour, day of month, month, day of week; <c>*</c>, numbers, ranges, lists, steps. If both
/// day fields are restricted, either may match (the rule of Vixie cron).
/// </summary>
internal sealed class CronExpression
{
    private static readonly (int Min, int Max)[] Bounds = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];

    private readonly ulong[] _fields;
    private readonly bool _anyDay;
    private readonly bool _anyWeekday;

    private CronExpression(string text, ulong[] fields, bool anyDay, bool anyWeekday) =>
        (Text, _fields, _anyDay, _anyWeekday) = (text, fields, anyDay, anyWeekday);

    /// <summary>Gets the expression as it was given.</summary>
    public string Text { get; }

    /// <summary>Gets the period of simple expressions in words; else the expression.</summary>
    public string Human
    {
        get
        {
            var parts = Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return parts switch
            {
                [var minute, "*", "*", "*", "*"] when Step(minute) is { } n => n == 1 ? "Every minute" : $"Every {n} minutes",
                [var minute, var hour, "*", "*", "*"] when IsNumber(minute) && Step(hour) is { } n =>
                    n == 1 ? "Every hour" : $"Every {n} hours",
                [var minute, var hour, var day, "*", "*"] when IsNumber(minute) && IsNumber(hour) && Step(day) is { } n =>
                    n == 1 ? "Every day" : $"Every {n} days",
                _ => Text,
            };

            static int? Step(string part) => part.StartsWith("*/", StringComparison.Ordinal)
                && int.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
            static bool IsNumber(string part) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        }
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The five fields.</param>
    /// <param name="expression">The expression, if it could be read.</param>
    /// <param name="error">Which field is wrong and what it can be, for the model.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronExpression? expression, [NotNullWhen(false)] out string? error)
    {
        expression = null;
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Bounds.Length)
        {
            error = $"Cron expression must have exactly 5 fields, got {parts.Length}: \"{text}\"";
            return false;
        }

        var fields = new ulong[Bounds.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            if ((error = ParseField(parts[i], Bounds[i].Min, Bounds[i].Max, out fields[i])) is not null)
            {
                return false;
            }
        }

        // Sunday is 0 and 7.
        fields[4] |= (fields[4] >> 7) & 1;
        error = null;
        expression = new CronExpression(string.Join(' ', parts), fields, parts[2] == "*", parts[4] == "*");
        return true;
    }

    /// <summary>Returns whether a job is due in a minute.</summary>
    /// <param name="local">The minute, in local time.</param>
    public bool Matches(DateTime local) =>
        Has(0, local.Minute) && Has(1, local.Hour) && Has(3, local.Month)
        && ((_anyDay, _anyWeekday) switch
        {
            (true, true) => true,
            (false, false) => Has(2, local.Day) || Has(4, (int)local.DayOfWeek),
            _ => Has(2, local.Day) && Has(4, (int)local.DayOfWeek),
        });

    /// <summary>Finds the first matching minute after a time, at most four years ahead.</summary>
    public DateTime? Next(DateTime after)
    {
        var minute = new DateTime(after.Year, after.Month, after.Day, after.Hour, after.Minute, 0, after.Kind).AddMinutes(1);
        for (var limit = after.AddYears(4); minute <= limit;)
        {
            if (Matches(minute))
            {
                return minute;
            }

            // Whole days that cannot match are passed over; a search minute by minute would look at two million of them.
            minute = DayMatches(minute) ? minute.AddMinutes(1) : minute.Date.AddDays(1);
        }

        return null;
    }

    private bool DayMatches(DateTime local) => Has(3, local.Month) && ((_anyDay, _anyWeekday) switch
    {
        (true, true) => true,
        (false, false) => Has(2, local.Day) || Has(4, (int)local.DayOfWeek),
        _ => Has(2, local.Day) && Has(4, (int)local.DayOfWeek),
    });

    private bool Has(int field, int value) => (_fields[field] >> value & 1) == 1;

    private static string? ParseField(string text, int min, int max, out ulong bits)
    {
        bits = 0;
        foreach (var item in text.Split(','))
        {
            var slash = item.IndexOf('/', StringComparison.Ordinal);
            var range = slash < 0 ? item : item[..slash];
            var step = 1;
            if (slash >= 0
                && (!int.TryParse(item.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1))
            {
                return $"Invalid step \"{item[(slash + 1)..]}\" in \"{text}\"";
            }

            int from, to;
            if (range == "*")
            {
                (from, to) = (min, max);
            }
            else
            {
                var dash = range.IndexOf('-', StringComparison.Ordinal);
                if (Number(dash < 0 ? range : range[..dash], min, max, out from) is { } first)
                {
                    return first;
                }

                to = from;
                if (dash >= 0 && Number(range[(dash + 1)..], min, max, out to) is { } second)
                {
                    return second;
                }

                if (to < from)
                {
                    return $"Invalid range \"{range}\"";
                }
            }

            for (long value = from; value <= to; value += step)
            {
                bits |= 1UL << (int)value;
            }
        }

        return null;
    }

    private static string? Number(string text, int min, int max, out int value) =>
        !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) ? $"Invalid value \"{text}\""
        : value < min || value > max ? $"Value \"{text}\" out of bounds [{min}-{max}]"
        : null;
}
