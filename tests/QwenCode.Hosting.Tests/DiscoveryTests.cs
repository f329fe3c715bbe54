using QwenCode.Sessions;

namespace QwenCode.Hosting.Tests;

/// <summary>Tools that a command of the settings names and another one runs.</summary>
public sealed class DiscoveryTests : IDisposable
{
    private const string Declarations =
        """[{"name":"greet","description":"Greets.","parametersJsonSchema":{"type":"object","properties":{"who":{"type":"string"}},"required":["who"]}},{"functionDeclarations":[{"name":"fail"},{"description":"nameless"}]}]""";

    private readonly HostRoom _room = new();

    public DiscoveryTests()
    {
        _room.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH")!;
    }

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task They_are_offered_called_by_name_with_their_arguments_on_the_input_and_a_failure_has_five_lines()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Configure($"printf '%s' '{Declarations}'", "case $1 in greet) read line; printf 'hello %s' \"$line\";; fail) echo out; echo broken >&2; exit 3;; esac");
        _room.Script.Calls("greet", """{"who":"you"}""").Calls("fail").Says("done");
        await using var services = _room.Build();

        var (info, events) = await HostRoom.RunAsync(services, "hi");

        info.Tools.ShouldContain("greet");
        info.Tools.ShouldContain("fail");
        events.Events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldContain("a declaration without a name");
        var results = events.Events.OfType<ToolCallCompleted>().ToArray();
        results[0].ModelText.ShouldBe("""hello {"who":"you"}""");
        results[1].ModelText.ShouldBe("Stdout: out\n\nStderr: broken\n\nError: (none)\nExit Code: 3\nSignal: (none)");
        results[1].ErrorType.ShouldBe("discovered_tool_execution_error");
    }

    [Fact]
    public async Task A_program_that_leaves_something_in_the_background_does_not_hold_the_call()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Configure($"printf '%s' '{Declarations}'", "sleep 60 & echo $! > left; printf started");
        _room.Script.Calls("greet", """{"who":"you"}""").Says("done");
        await using var services = _room.Build();

        var (_, events) = await HostRoom.RunAsync(services, "hi").WaitAsync(TimeSpan.FromSeconds(40));

        using var left = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(_room.Project, "left")), System.Globalization.CultureInfo.InvariantCulture));
        left.Kill();
        events.Events.OfType<ToolCallCompleted>().Single().ModelText.ShouldBe("started");
    }

    [Theory]
    [InlineData("echo oops >&2; exit 2", "exit code 2", "oops")]
    [InlineData("echo not json", "no JSON", "tools.discoveryCommand")]
    [InlineData("echo {}", "not an array", "settings.json")]
    public async Task A_discovery_that_fails_is_told_and_the_run_goes_on(string script, string why, string what)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Configure(script, "true");
        _room.Script.Says("done");
        await using var services = _room.Build();

        var (_, events) = await HostRoom.RunAsync(services, "hi");

        var notice = events.Events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text;
        notice.ShouldContain(why);
        notice.ShouldContain(what);
        events.Events.OfType<RunCompleted>().Single().Outcome.End.ShouldBe(RunEnd.Success);
    }

    [Fact]
    public async Task Programs_that_are_not_there_are_told_with_their_setting()
    {
        _room.Write(".qwen/settings.json", """{"$version":3,"tools":{"discoveryCommand":"no-such-program-at-all","callCommand":"x"}}""");
        _room.Script.Says("done");
        await using var services = _room.Build();

        var (_, events) = await HostRoom.RunAsync(services, "hi");

        events.Events.OfType<NoticeRaised>().Single().Text.ShouldContain("no-such-program-at-all could not be started");
    }

    private void Configure(string discover, string call)
    {
        var discovery = Script("discover.sh", discover);
        var caller = Script("call.sh", call);
        _room.Write(".qwen/settings.json", $$$"""{"$version":3,"tools":{"discoveryCommand":"'{{{discovery}}}'","callCommand":"{{{caller}}}"}}""");

        string Script(string name, string text)
        {
            var file = _room.Write(name, $"#!/bin/sh\n{text}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
            }

            return file;
        }
    }
}
