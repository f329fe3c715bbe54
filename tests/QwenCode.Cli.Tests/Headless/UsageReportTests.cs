using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using QwenCode.Cli.Headless;
using QwenCode.Protocol.Control;
using QwenCode.Storage.Usage;

namespace QwenCode.Cli.Tests.Headless;

public sealed class UsageReportTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("qwen-report-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 10, 3, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(0, "2026-03-10")]
    [InlineData(-5, "2026-03-09")]
    [InlineData(13, "2026-03-10")]
    public void Days_begin_where_the_user_is(int hours, string today)
    {
        _time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(hours), "here", "here"));
        Write(("1", "2026-03-10T02:30:00Z", "m", 10, 2));

        var report = Create("today");

        report.GetProperty("daily").EnumerateArray().ShouldHaveSingleItem().GetProperty("date").GetString().ShouldBe(today);
        report.GetProperty("summary").GetProperty("totalTokens").GetInt64().ShouldBe(12);
    }

    [Theory]
    [InlineData("today", 1, 12)]
    [InlineData("week", 7, 24)]
    [InlineData("month", 30, 36)]
    [InlineData("all", 92, 48)]
    [InlineData(null, 1, 12)]
    public void A_range_counts_its_days_and_shows_at_most_ninety_two(string? range, int days, long tokens)
    {
        _time.SetLocalTimeZone(TimeZoneInfo.Utc);
        Write(("1", "2026-03-10T01:00:00Z", "m", 10, 2), ("2", "2026-03-04T00:00:00Z", "m", 10, 2), ("3", "2026-02-09T00:00:00Z", "m", 10, 2), ("4", "2025-06-01T00:00:00Z", "m", 10, 2));

        var report = Create(range);

        report.GetProperty("range").GetString().ShouldBe(range ?? "today");
        report.GetProperty("daily").GetArrayLength().ShouldBe(days);
        report.GetProperty("summary").GetProperty("totalTokens").GetInt64().ShouldBe(tokens);
        report.GetProperty("heatmap").EnumerateObject().Select(static day => day.Name).ShouldBe(["2026-02-09", "2026-03-04", "2026-03-10"]);
    }

    [Fact]
    public void Models_come_in_the_order_of_their_share_with_what_the_cache_saved()
    {
        _time.SetLocalTimeZone(TimeZoneInfo.Utc);
        Write(("1", "2026-03-10T01:00:00Z", "small", 20, 5), ("2", "2026-03-10T01:01:00Z", "big", 60, 15));

        var models = Create("today").GetProperty("models");

        models.EnumerateArray().Select(static model => (model.GetProperty("model").GetString(), model.GetProperty("share").GetDouble(), model.GetProperty("cacheReadRate").GetDouble()))
            .ShouldBe([("big", 0.75, 0.5), ("small", 0.25, 0.5)]);
    }

    [Fact]
    public void Nothing_used_is_a_report_too()
    {
        _time.SetLocalTimeZone(TimeZoneInfo.Utc);

        var report = Create("all");

        report.GetProperty("summary").GetProperty("cacheReadRate").GetDouble().ShouldBe(0);
        report.GetProperty("daily").EnumerateArray().ShouldHaveSingleItem().GetProperty("tokens").GetInt64().ShouldBe(0);
        report.GetProperty("models").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public void A_range_that_does_not_exist_is_refused() =>
        Should.Throw<HostRequestException>(() => Create("decade")).Message.ShouldContain("today, week, month, all");

    private JsonElement Create(string? range)
    {
        var body = new UsageReport(new UsageHistory(_root), _time).Create(range, CancellationToken.None);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return JsonElement.Parse(Encoding.UTF8.GetString(stream.ToArray()));
    }

    // Half of each request comes from the cache.
    private void Write(params (string Id, string At, string Model, int Input, int Output)[] answers)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_root, "projects", "-a", "chats")).FullName;
        File.WriteAllLines(Path.Combine(directory, "s.jsonl"), answers.Select(static one =>
            $$"""{"uuid":"{{one.Id}}","sessionId":"s","timestamp":"{{one.At}}","type":"assistant","model":"{{one.Model}}","usageMetadata":{"promptTokenCount":{{one.Input}},"candidatesTokenCount":{{one.Output}},"totalTokenCount":{{one.Input + one.Output}},"cachedContentTokenCount":{{one.Input / 2}} } }"""));
    }
}
