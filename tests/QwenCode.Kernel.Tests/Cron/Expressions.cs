using QwenCode.Kernel.Cron;

namespace QwenCode.Kernel.Tests.Cron;

public class Expressions
{
    [Theory]
    [InlineData("* * * * *", "2026-04-17 09:00:30", "2026-04-17 09:01")]
    [InlineData("*/15 * * * *", "2026-04-17 09:00", "2026-04-17 09:15")]
    [InlineData("5/10 * * * *", "2026-04-17 09:06", "2026-04-17 10:05")]
    [InlineData("0 9 * * *", "2026-04-17 09:00", "2026-04-18 09:00")]
    [InlineData("0 0 29 2 *", "2026-04-17 09:00", "2028-02-29 00:00")]
    [InlineData("0 0 * * 0", "2026-04-17 09:00", "2026-04-19 00:00")]
    [InlineData("0 0 * * 7", "2026-04-17 09:00", "2026-04-19 00:00")]
    [InlineData("0 0 * * 5-7", "2026-04-18 09:00", "2026-04-19 00:00")]
    [InlineData("0 0 1 * 6", "2026-04-17 09:00", "2026-04-18 00:00")]
    [InlineData("0 0 1 * 6", "2026-04-27 09:00", "2026-05-01 00:00")]
    [InlineData("1,3,5-9/2 8 * * *", "2026-04-17 08:05", "2026-04-17 08:07")]
    [InlineData("5-10/2147483647 * * * *", "2026-04-17 09:05", "2026-04-17 10:05")]
    [InlineData("59 23 31 12 *", "2026-04-17 09:00", "2026-12-31 23:59")]
    public void The_next_time_is_the_first_minute_that_matches(string text, string after, string next)
    {
        CronExpression.TryParse(text, out var expression, out _).ShouldBeTrue();

        expression.Next(DateTime.Parse(after, null)).ShouldBe(DateTime.Parse(next, null));
    }

    [Fact]
    public void A_day_that_does_not_exist_never_comes()
    {
        CronExpression.TryParse("0 0 30 2 *", out var expression, out _).ShouldBeTrue();

        expression.Next(new DateTime(2026, 4, 17)).ShouldBeNull();
    }

    [Theory]
    [InlineData("", "got 0")]
    [InlineData("* * * *", "got 4")]
    [InlineData("* * * * * *", "got 6")]
    [InlineData("60 * * * *", "out of bounds [0-59]")]
    [InlineData("* 24 * * *", "out of bounds [0-23]")]
    [InlineData("* * 0 * *", "out of bounds [1-31]")]
    [InlineData("* * * 13 *", "out of bounds [1-12]")]
    [InlineData("* * * * 8", "out of bounds [0-7]")]
    [InlineData("*/0 * * * *", "Invalid step")]
    [InlineData("*/x * * * *", "Invalid step")]
    [InlineData("9-5 * * * *", "Invalid range")]
    [InlineData("-5 * * * *", "Invalid value")]
    [InlineData("1,,2 * * * *", "Invalid value")]
    [InlineData("* * * JAN *", "Invalid value")]
    [InlineData("* * L * *", "Invalid value")]
    [InlineData("? * * * *", "Invalid value")]
    public void What_is_no_expression_is_refused_with_the_reason(string text, string said)
    {
        CronExpression.TryParse(text, out _, out var error).ShouldBeFalse();

        error.ShouldContain(said);
    }

    [Theory]
    [InlineData("*/1 * * * *", "Every minute")]
    [InlineData("*/5 * * * *", "Every 5 minutes")]
    [InlineData("0 */2 * * *", "Every 2 hours")]
    [InlineData("30 8 */3 * *", "Every 3 days")]
    [InlineData("30  8 * * 1", "30 8 * * 1")]
    public void Simple_periods_are_told_in_words(string text, string human)
    {
        CronExpression.TryParse(text, out var expression, out _).ShouldBeTrue();

        expression.Human.ShouldBe(human);
    }
}
