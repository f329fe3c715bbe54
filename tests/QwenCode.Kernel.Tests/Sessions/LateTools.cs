using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Sessions;

public class LateTools
{
    [Fact]
    public async Task A_run_begins_when_its_tools_are_there_and_what_the_source_says_is_told_first()
    {
        await using var bench = new KernelBench();
        var late = new LateSource();
        bench.Session = bench.Session with { ToolSources = [late] };
        bench.Model.Says("done");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await late.Asked.Task;
        bench.FrontEnd.Events.ShouldBeEmpty();

        late.Ready.SetResult(["one server is missing"]);
        await session.Completion;

        bench.FrontEnd.Events[0].ShouldBeOfType<NoticeRaised>().Text.ShouldBe("one server is missing");
        bench.FrontEnd.Events[1].ShouldBeOfType<RunStarted>().Session.Tools.ShouldContain("late");
        bench.Model.Requests.ShouldHaveSingleItem().Tools.ShouldContain("late");
    }

    [Fact]
    public async Task An_interrupt_ends_the_waiting_and_the_run()
    {
        await using var bench = new KernelBench();
        var late = new LateSource();
        bench.Session = bench.Session with { ToolSources = [late] };
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await late.Asked.Task;

        session.Send(new InterruptInput());
        await session.Completion;

        bench.FrontEnd.Events[0].ShouldBeOfType<RunStarted>();
        bench.FrontEnd.Events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Cancelled);
        bench.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_source_that_fails_is_told_of_and_the_run_goes_on()
    {
        await using var bench = new KernelBench();
        var late = new LateSource();
        late.Ready.SetException(new InvalidOperationException("broken"));
        bench.Session = bench.Session with { ToolSources = [late] };
        bench.Model.Says("done");

        var events = await bench.RunAsync("go");

        events[0].ShouldBeOfType<NoticeRaised>().Text.ShouldContain("broken");
        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Success);
    }

    [Fact]
    public async Task A_source_of_the_session_ends_with_it()
    {
        await using var bench = new KernelBench();
        var late = new LateSource { News = ["gone"] };
        late.Ready.SetResult([]);
        bench.Session = bench.Session with { ToolSources = [late] };
        bench.Model.Says("done");

        var events = await bench.RunAsync("go");

        bench.Model.Requests.ShouldHaveSingleItem().Tools.ShouldContain("late");
        events.OfType<NoticeRaised>().ShouldHaveSingleItem("what it has to say at the end is told").Text.ShouldBe("gone");
        late.HasEnded.ShouldBeTrue();
    }

    private sealed class LateSource : IToolSource, IAsyncDisposable
    {
        public bool HasEnded { get; private set; }

        public IReadOnlyList<string> News { get; init; } = [];

        public IReadOnlyList<string> TakeNews() => News;

        private readonly IReadOnlyList<Tool> _tools = [new TestTool("late", static (_, _, _) => Task.FromResult(ToolResult.Success("here")))];

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<IReadOnlyList<string>> Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<Tool> Snapshot() => Ready.Task.IsCompletedSuccessfully ? _tools : [];

        public async ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            return await Ready.Task.WaitAsync(cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            HasEnded = true;
            return ValueTask.CompletedTask;
        }
    }
}
