using Microsoft.Extensions.Time.Testing;
using QwenCode.Plugin.Shell.Output;

namespace QwenCode.Plugin.Shell.Tests;

public sealed class LiveReportTests : IDisposable
{
    private readonly ShellFixture _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Output_is_shown_at_once_and_then_at_most_every_100_milliseconds()
    {
        var clock = new FakeTimeProvider();
        _shell.Time = clock;
        using var buffer = new OutputBuffer(100_000, () => StreamWriter.Null);
        using var live = new LiveReport(buffer, _shell.Context);

        Write("a");
        Write("b");
        Write("c");
        _shell.Progress.ShouldBe(["a"]);

        clock.Advance(TimeSpan.FromMilliseconds(99));
        _shell.Progress.ShouldBe(["a"]);

        clock.Advance(TimeSpan.FromMilliseconds(1));
        _shell.Progress.ShouldBe(["a", "abc"]);

        clock.Advance(TimeSpan.FromMilliseconds(500));
        _shell.Progress.ShouldBe(["a", "abc"], "nothing new is nothing to show");

        Write("\n\e[31md");
        _shell.Progress.ShouldBe(["a", "abc", "abc\nd"]);

        Write("e");
        live.Dispose();
        clock.Advance(TimeSpan.FromMilliseconds(500));
        _shell.Progress.Count.ShouldBe(3);

        void Write(string text)
        {
            buffer.Append(System.Text.Encoding.UTF8.GetBytes(text));
            live.Changed();
        }
    }

    [Fact]
    public async Task A_running_command_shows_what_it_has_written()
    {
        var seen = new TaskCompletionSource();
        var go = _shell.File_("go");
        _shell.OnProgress = text =>
        {
            if (text.Contains("before", StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }
        };

        var run = _shell.RunAsync($"echo before; while [ ! -e {go} ]; do sleep 0.01; done; echo after");
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
        run.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(go, string.Empty);

        ShellFixture.Shown(await run).ShouldBe("before\nafter");
    }

    [Fact]
    public async Task A_front_end_that_throws_does_not_disturb_the_command()
    {
        _shell.OnProgress = _ => throw new InvalidOperationException("cannot draw");

        ShellFixture.Shown(await _shell.RunAsync("echo a; sleep 0.15; echo b")).ShouldBe("a\nb");
    }

    [Fact]
    public void Only_the_end_of_long_output_is_shown()
    {
        using var buffer = new OutputBuffer(20_000, () => StreamWriter.Null);

        buffer.Append(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i}\n"))));

        buffer.Peek(10).ShouldBe("9998\n9999\n");
    }
}
