using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests;

public sealed class LocalModelProbeTests
{
    private readonly FakeClock _clock = new() { HoldsDelays = true };

    [Fact]
    public async Task The_first_place_that_names_a_model_is_found()
    {
        await using var deaf = new StubServer { Always = StubReply.Error(404, "{}") };
        await using var empty = new StubServer { Always = StubReply.Error(200, """{"object":"list","data":[]}""") };
        await using var server = new StubServer { Always = StubReply.Error(200, """{"object":"list","data":[{"object":"model","meta":{"id":"wrong"},"id":"qwen3:8b"},{"id":"other"}]}""") };

        var found = await new LocalModelProbe([("a", deaf.Port), ("b", empty.Port), ("c", server.Port)], _clock).FindAsync();

        found.ShouldBe(new LocalModel("c", new Uri($"http://127.0.0.1:{server.Port}/v1"), "qwen3:8b"));
        server.Requests.Single().Line.ShouldBe("GET /v1/models HTTP/1.0");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_not_waited_for()
    {
        await using var stuck = new StubServer { Always = new StubReply { WithoutHeaders = true, End = StubEnd.Stall } };

        var finding = new LocalModelProbe([("a", stuck.Port)], _clock).FindAsync();
        await stuck.WaitForRequestsAsync(1);
        _clock.Advance(TimeSpan.FromMilliseconds(1999));
        finding.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(2));

        (await finding).ShouldBeNull();
    }

    [Fact]
    public async Task A_cancel_is_a_cancel()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => new LocalModelProbe([], _clock).FindAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_usual_places_are_known() =>
        LocalModelProbe.UsualPlaces.Select(place => place.Port).ShouldBe([11434, 1234, 8000, 8080]);
}
