using System.IO.Pipes;
using System.Text;
using QwenCode.Cli.Interactive.DualOutput;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.Interactive;

public sealed class EventTargetTests
{
    [UnixTheory]
    [InlineData(0, "use 3 or more")]
    [InlineData(2, "use 3 or more")]
    [InlineData(4711, "no such file is open")]
    public void A_descriptor_that_cannot_be_used_is_left_out_and_named(int descriptor, string reason)
    {
        var warnings = new List<string>();

        EventTarget.Find(descriptor, null, "/", warnings.Add).ShouldBeNull();

        warnings.ShouldHaveSingleItem().ShouldContain(reason);
    }

    [UnixFact]
    public async Task A_pipe_that_the_caller_passes_on_gets_the_events()
    {
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        var target = EventTarget.Find((int)pipe.ClientSafePipeHandle.DangerousGetHandle(), null, "/", static text => throw new InvalidOperationException(text));
        var sink = new EventSink(target!.Name, target.Open, static text => throw new InvalidOperationException(text));

        sink.Start();
        sink.Write("{}"u8);
        await sink.FinishAsync(QwenProcess.Patience);

        var bytes = new byte[3];
        await pipe.ReadExactlyAsync(bytes);
        Encoding.UTF8.GetString(bytes).ShouldBe("{}\n");
    }

    [LinuxFact]
    public async Task A_full_disk_ends_the_writing_once_and_is_named()
    {
        var reports = new List<string>();
        var target = EventTarget.Find(null, "/dev/full", "/", static text => throw new InvalidOperationException(text));
        var sink = new EventSink(target!.Name, target.Open, reports.Add);

        sink.Start();
        sink.Write("{}"u8);
        await sink.FinishAsync(QwenProcess.Patience);

        reports.ShouldHaveSingleItem().ShouldStartWith("/dev/full gets no further events: No space left on device");
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_ends_the_writing_once_and_holds_nobody()
    {
        var reports = new List<string>();
        var opened = new TaskCompletionSource();
        var sink = new EventSink("it", () =>
        {
            opened.Task.Wait();
            return Stream.Null;
        }, reports.Add, capacity: 10);
        sink.Start();

        for (var i = 0; i < 100; i++)
        {
            sink.Write("{}"u8);
        }

        await sink.FinishAsync(TimeSpan.Zero);
        reports.ShouldHaveSingleItem().ShouldContain("its reader is too slow");
        opened.SetResult();
    }

    [Fact]
    public async Task A_reader_that_is_gone_ends_the_writing_once()
    {
        var reports = new List<string>();
        var sink = new EventSink("it", static () => throw new IOException("Broken pipe"), reports.Add);
        sink.Start();

        sink.Write("{}"u8);
        await sink.FinishAsync(QwenProcess.Patience);
        sink.Write("{}"u8);

        reports.ShouldHaveSingleItem().ShouldContain("Broken pipe");
    }
}
