using Microsoft.Extensions.Time.Testing;
using QwenCode.Platform.Tasks;

namespace QwenCode.Platform.Tests.Tasks;

public class GracePeriodTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _work = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Work_that_ends_is_waited_for_however_long_it_takes()
    {
        var ends = GracePeriod.EndsAsync(_work.Task, Grace, _time, CancellationToken.None);
        _time.Advance(TimeSpan.FromDays(1));
        ends.IsCompleted.ShouldBeFalse();

        _work.SetResult();

        (await ends).ShouldBeTrue();
    }

    [Fact]
    public async Task Work_that_was_asked_to_stop_may_use_its_grace()
    {
        using var stop = new CancellationTokenSource();
        var ends = GracePeriod.EndsAsync(_work.Task, Grace, _time, stop.Token);
        await stop.CancelAsync();
        _time.Advance(Grace - TimeSpan.FromTicks(1));
        ends.IsCompleted.ShouldBeFalse();

        _work.SetResult();

        (await ends).ShouldBeTrue();
    }

    [Fact]
    public async Task Work_that_outlives_its_grace_is_abandoned()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var ends = GracePeriod.EndsAsync(_work.Task, Grace, _time, stop.Token);

        while (!ends.IsCompleted)
        {
            _time.Advance(Grace);
            await Task.Yield();
        }

        (await ends).ShouldBeFalse();
    }

    [Fact]
    public async Task A_failure_is_left_to_the_caller_that_awaits_the_work()
    {
        _work.SetException(new TimeoutException("its own"));

        (await GracePeriod.EndsAsync(_work.Task, Grace, _time, CancellationToken.None)).ShouldBeTrue();

        await Should.ThrowAsync<TimeoutException>(_work.Task);
    }
}
