using System.IO.Pipes;
using QwenCode.Storage.Tasks;

namespace QwenCode.Storage.Tests;

public sealed class TaskRequestTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly TempProject _project = new();
    private readonly string _journal;

    public TaskRequestTests() => _journal = Path.Combine(_project.Chats, "s.tasks.jsonl");

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_request_is_answered_by_the_process_that_keeps_the_tasks()
    {
        var asked = new List<TaskRequest>();
        await using var listener = Listen(request =>
        {
            asked.Add(request);
            return new TaskReply(request.TaskId == "known", $"{request.TaskId} \"was\"\nseen");
        });

        var done = await TaskRequests.SendAsync(_journal, new TaskRequest(TaskRequest.Stop, "known"), Long);
        var refused = await TaskRequests.SendAsync(_journal, new TaskRequest(TaskRequest.Stop, "other"), Long);

        done.ShouldBe(new TaskReply(true, "known \"was\"\nseen"));
        refused.ShouldBe(new TaskReply(false, "other \"was\"\nseen"));
        asked.ShouldBe([new("stop", "known"), new("stop", "other")]);
    }

    [Fact]
    public async Task Where_nobody_keeps_the_tasks_there_is_no_reply() =>
        (await TaskRequests.SendAsync(_journal, new TaskRequest(TaskRequest.Stop, "x"), TimeSpan.Zero)).ShouldBeNull();

    [Fact]
    public async Task A_failure_is_the_reply_and_the_next_request_is_answered()
    {
        var count = 0;
        await using var listener = Listen(_ => count++ == 0 ? throw new InvalidOperationException("no such luck") : new TaskReply(true, "ok"));

        (await TaskRequests.SendAsync(_journal, new TaskRequest(TaskRequest.Stop, "x"), Long)).ShouldBe(new TaskReply(false, "no such luck"));
        (await TaskRequests.SendAsync(_journal, new TaskRequest(TaskRequest.Stop, "x"), Long)).ShouldBe(new TaskReply(true, "ok"));
    }

    [Fact]
    public async Task A_caller_that_goes_away_or_talks_nonsense_keeps_nobody_out()
    {
        await using var listener = Listen(static _ => new TaskReply(true, "ok"));
        await using (var rude = new NamedPipeClientStream(".", TaskRequests.PipeName(_journal), PipeDirection.InOut, PipeOptions.Asynchronous))
        {
            await rude.ConnectAsync(Long, CancellationToken.None);
        }

        await using (var mad = new NamedPipeClientStream(".", TaskRequests.PipeName(_journal), PipeDirection.InOut, PipeOptions.Asynchronous))
        {
            await mad.ConnectAsync(Long, CancellationToken.None);
            await mad.WriteAsync("what?\n"u8.ToArray());
            (await TaskRequests.ReadLineAsync(mad, static json => json.GetRawText(), CancellationToken.None))!.ShouldContain("\"done\":false");
        }

        (await TaskRequests.SendAsync(_journal, new TaskRequest(TaskRequest.Stop, "x"), Long)).ShouldBe(new TaskReply(true, "ok"));
    }

    [Fact]
    public async Task Callers_at_the_same_time_are_all_answered()
    {
        await using var listener = Listen(static request => new TaskReply(true, request.TaskId));

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => TaskRequests.SendAsync(_journal, new TaskRequest(TaskRequest.Stop, $"t{i}"), Long)));

        replies.Select(static reply => reply!.Message).ShouldBe(Enumerable.Range(0, 20).Select(static i => $"t{i}"));
    }

    [Fact]
    public async Task After_the_end_nobody_listens()
    {
        var listener = Listen(static _ => new TaskReply(true, "ok"));
        await listener.DisposeAsync();
        await listener.DisposeAsync();

        (await TaskRequests.SendAsync(_journal, new TaskRequest(TaskRequest.Stop, "x"), TimeSpan.Zero)).ShouldBeNull();
    }

    private TaskRequestListener Listen(Func<TaskRequest, TaskReply> answer) =>
        new(_journal, (request, _) => ValueTask.FromResult(answer(request)), _project.Reports.Add, TimeProvider.System);
}
