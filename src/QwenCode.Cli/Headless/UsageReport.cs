using System.Globalization;
using System.Text.Json;
using QwenCode.Protocol.Control;
using QwenCode.Storage.Usage;

namespace QwenCode.Cli.Headless;

/// <summary>What all sessions of the user have used, as the control request <c>get_usage_info</c> shows it.</summary>
/// <param name="history">The records.</param>
/// <param name="time">The clock, in whose time zone days begin.</param>
internal sealed class UsageReport(UsageHistory history, TimeProvider time)
{
    private const int HeatmapDays = 183;
    private const int MostDays = 92;

    /// <summary>Reads what was used.</summary>
    /// <param name="range"><c>today</c>, <c>week</c>, <c>month</c> or <c>all</c>; <c>null</c> is <c>today</c>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What writes the members of the answer.</returns>
    /// <exception cref="HostRequestException">There is no such range.</exception>
    public Action<Utf8JsonWriter> Create(string? range, CancellationToken cancellationToken)
    {
        var today = DayOf(time.GetUtcNow());
        DateOnly? first = (range ??= "today") switch
        {
            "today" => today,
            "week" => today.AddDays(-6),
            "month" => today.AddDays(-29),
            "all" => null,
            _ => throw new HostRequestException($"Invalid range '{range}'; it must be one of: today, week, month, all."),
        };
        var since = first is null ? DateTimeOffset.MinValue : Midnight(today.AddDays(-HeatmapDays));
        var records = history.Read(since, cancellationToken);
        var days = records.ToLookup(record => DayOf(record.At));
        var own = first is null ? records : [.. records.Where(record => DayOf(record.At) >= first)];
        return json =>
        {
            json.WriteString("subtype"u8, "get_usage_info"u8);
            json.WriteString(
                "generatedAt"u8, time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("range"u8, range);
            WriteSummary(json, own);
            WriteModels(json, own);
            json.WriteStartArray("skills"u8);
            json.WriteEndArray();
            WriteDaily(json, days, first ?? (own.Count == 0 ? today : own.Min(record => DayOf(record.At))), today);
            WriteHeatmap(json, days, today);
            json.WriteNumber("heatmapDays"u8, HeatmapDays);
        };
    }

    private DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).DateTime);

    // A day before, because midnight may not exist where clocks change; what is too early is left out by its day.
    private DateTimeOffset Midnight(DateOnly day) => new(day.AddDays(-1).ToDateTime(TimeOnly.MinValue), time.LocalTimeZone.BaseUtcOffset);

    private static void WriteSummary(Utf8JsonWriter json, IReadOnlyList<UsageRecord> records)
    {
        json.WriteStartObject("summary"u8);
        json.WriteNumber("totalTokens"u8, records.Sum(static record => record.TotalTokens));
        json.WriteNumber("inputTokens"u8, records.Sum(static record => record.InputTokens));
        json.WriteNumber("outputTokens"u8, records.Sum(static record => record.OutputTokens));
        json.WriteNumber("cachedTokens"u8, records.Sum(static record => record.CachedTokens));
        json.WriteNumber("thoughtsTokens"u8, records.Sum(static record => record.ThoughtTokens));
        json.WriteNumber("requests"u8, records.Count(static record => record.Model is not null));
        json.WriteNumber("sessions"u8, Sessions(records));
        json.WriteNumber("toolCalls"u8, records.Sum(static record => record.Calls));
        json.WriteNumber("linesAdded"u8, records.Sum(static record => record.LinesAdded));
        json.WriteNumber("linesRemoved"u8, records.Sum(static record => record.LinesRemoved));
        json.WriteNumber("cacheReadRate"u8, CacheRate(records));
        json.WriteEndObject();
    }

    private static void WriteModels(Utf8JsonWriter json, IReadOnlyList<UsageRecord> records)
    {
        var all = records.Sum(static record => record.TotalTokens);
        json.WriteStartArray("models"u8);
        foreach (var model in records.Where(static record => record.Model is not null).GroupBy(static record => record.Model!)
            .Select(static group => (Name: group.Key, Total: group.Sum(static record => record.TotalTokens), Records: group.ToArray()))
            .OrderByDescending(static model => model.Total))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model.Name);
            json.WriteNumber("totalTokens"u8, model.Total);
            json.WriteNumber("cacheReadRate"u8, CacheRate(model.Records));
            json.WriteNumber("share"u8, all == 0 ? 0 : (double)model.Total / all);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDaily(Utf8JsonWriter json, ILookup<DateOnly, UsageRecord> days, DateOnly first, DateOnly today)
    {
        json.WriteStartArray("daily"u8);
        for (var day = first < today.AddDays(1 - MostDays) ? today.AddDays(1 - MostDays) : first; day <= today; day = day.AddDays(1))
        {
            json.WriteStartObject();
            json.WriteString("date"u8, Name(day));
            json.WriteNumber("tokens"u8, days[day].Sum(static record => record.TotalTokens));
            json.WriteNumber("sessions"u8, Sessions(days[day]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHeatmap(Utf8JsonWriter json, ILookup<DateOnly, UsageRecord> days, DateOnly today)
    {
        json.WriteStartObject("heatmap"u8);
        foreach (var day in days.Where(day => day.Key > today.AddDays(-HeatmapDays) && day.Key <= today).OrderBy(static day => day.Key))
        {
            json.WriteStartObject(Name(day.Key));
            json.WriteNumber("tokens"u8, day.Sum(static record => record.TotalTokens));
            json.WriteNumber("cacheReadRate"u8, CacheRate(day));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Name(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static int Sessions(IEnumerable<UsageRecord> records) => records.Select(static record => record.Session).Distinct().Count();

    private static double CacheRate(IEnumerable<UsageRecord> records)
    {
        var (input, cached) = (0L, 0L);
        foreach (var record in records)
        {
            input += record.InputTokens;
            cached += record.CachedTokens;
        }

        return input == 0 ? 0 : (double)cached / input;
    }
}
