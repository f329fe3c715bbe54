using System.Net;
using System.Net.Sockets;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What goes wrong outside is told with what to do, and the rest goes on.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData(401, "OPENAI_API_KEY")]
    [InlineData(404, "OPENAI_BASE_URL")]
    public async Task A_refusal_of_the_model_names_host_and_setting_and_never_the_key(int status, string setting)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Error(status, $"no luck with {Room.Key}"));

        var text = await room.RunAsync("-p", "hello");
        var json = await room.RunAsync("-p", "hello", "-o", "stream-json");

        text.ExitCode.ShouldBe(1);
        text.Output.ShouldBeEmpty();
        text.Error.ShouldContain($"[API Error: {status} ");
        text.Error.ShouldContain("127.0.0.1");
        text.Error.ShouldContain(setting);
        json.ExitCode.ShouldBe(1);
        json.Error.ShouldContain(setting);
        Room.Json(json.Output)[^1].GetProperty("is_error").GetBoolean().ShouldBeTrue();
        (text.Error + json.Error + json.Output).ShouldNotContain(Room.Key);
        room.FilesWith(Room.Key).ShouldBeEmpty();
        room.Model.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        await using var room = new Room();
        var port = ClosedPort();
        room.Environment["OPENAI_BASE_URL"] = $"http://127.0.0.1:{port}/v1";
        room.WriteHome(".qwen/settings.json", """{"$version":3,"model":{"generationConfig":{"maxRetries":0}}}""");

        var result = await room.RunAsync("-p", "hello");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain($"127.0.0.1:{port}");
        result.Error.ShouldContain("OPENAI_BASE_URL");
        result.Error.ShouldNotContain(Room.Key);
    }

    [Fact]
    public async Task The_key_reaches_the_server_and_nothing_else()
    {
        await using var room = new Room();
        room.Model.Then(
            ModelReply.Calls(("c1", "run_shell_command", """{"command":"ls -a ~; echo done","is_background":false}""")),
            ModelReply.Text("Done."));
        room.WriteHome(".qwen/settings.json", """{"$version":3}""");

        var result = await room.RunAsync("-p", "hello", "-y", "-d", "-o", "stream-json");

        room.Model.Requests.ShouldAllBe(static request => request.Headers["Authorization"] == $"Bearer {Room.Key}");
        room.Model.Requests.ShouldAllBe(static request => !request.Text.Contains(Room.Key, StringComparison.Ordinal));
        (result.Output + result.Error).ShouldNotContain(Room.Key);
        room.FilesWith(Room.Key).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("stream-json")]
    public async Task Without_any_model_there_are_three_ways_to_go_on(string format)
    {
        await using var room = new Room().WithoutModel();
        room.Environment["QWEN_LOCAL_MODEL_PORTS"] = $"{ClosedPort()}";
        foreach (var proxy in (string[])["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
        {
            room.Environment[proxy] = $"http://127.0.0.1:{room.Model.Port}"; // Whoever turned to another host would come by here.
        }

        var result = await room.RunAsync("-p", "hello", "-o", format);

        result.ExitCode.ShouldBe(1);
        var told = format == "text" ? result.Error : result.Output;
        told.ShouldContain("qwen demo");
        told.ShouldContain("ollama serve");
        told.ShouldContain("OPENAI_API_KEY=");
        (format == "text" ? result.Output : result.Error).ShouldBeEmpty();
        room.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_on_this_machine_is_used_where_nothing_is_configured_and_people_are_told()
    {
        await using var room = new Room().WithoutModel();
        room.Model.Then(ModelReply.Text("I am local.")).On(static request => request.Line.StartsWith("GET /v1/models", StringComparison.Ordinal)
            ? new ModelReply(200, """{"object":"list","data":[{"id":"small-model"}]}""") : null);
        room.Environment["QWEN_LOCAL_MODEL_PORTS"] = $"{ClosedPort()},{room.Model.Port}";

        var result = await room.RunAsync("-p", "hello");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe("I am local.\n");
        result.Error.TrimEnd('\n').ShouldNotContain("\n");
        result.Error.ShouldContain("small-model");
        result.Error.ShouldContain("OPENAI_BASE_URL");
        room.Model.Requests[^1].Body.GetProperty("model").GetString().ShouldBe("small-model");
    }

    [Fact]
    public async Task A_configured_model_is_not_looked_for_elsewhere()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        room.Environment["QWEN_LOCAL_MODEL_PORTS"] = $"{room.Model.Port}";

        await room.RunAsync("-p", "hello");

        room.Model.Requests.Single().Line.ShouldStartWith("POST ");
    }

    [Fact]
    public async Task A_settings_file_that_is_broken_is_named_with_its_line_and_nothing_runs()
    {
        await using var room = new Room();
        var file = room.WriteHome(".qwen/settings.json", "{\n  \"model\": {\n    \"maxSessionTurns\": ,\n  }\n}\n");

        var result = await room.RunAsync("-p", "hello");

        result.ShouldSatisfyAllConditions(
            static run => run.ExitCode.ShouldBe(52),
            static run => run.Output.ShouldBeEmpty(),
            run => run.Error.ShouldContain($"{file}:3"));
        room.Model.Requests.ShouldBeEmpty();
        File.ReadAllText(file).ShouldContain("maxSessionTurns");
    }

    [Fact]
    public async Task A_setting_of_the_wrong_kind_is_named_with_file_line_and_key_and_its_stricter_meaning_counts()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        var file = room.Write(".qwen/settings.json", "{\n  \"$version\": 3,\n  \"tools\": { \"approvalMode\": \"sometimes\" }\n}\n");

        var result = await room.RunAsync("-p", "hello");

        (result.ExitCode, result.Output).ShouldBe((0, "Hi.\n"));
        result.Error.ShouldContain($"{file}:3");
        result.Error.ShouldContain("tools.approvalMode");
    }

    [Fact]
    public async Task Settings_that_are_no_object_exit_with_52()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", "[]");

        (await room.RunAsync("-p", "hello")).ExitCode.ShouldBe(52);
    }

    [Fact]
    public async Task An_agent_file_that_is_broken_is_reported_once_and_the_others_are_there()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        var broken = room.Write(".qwen/agents/broken.md", "---\nname: broken\ntools: [read_file\n---\nWork.\n");
        room.Write(".qwen/agents/sound.md", "---\nname: sound\ndescription: Is sound and well known.\n---\nWork on whatever you are given.\n");

        var result = await room.RunAsync("-p", "hello", "-o", "stream-json");

        result.ExitCode.ShouldBe(0);
        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Single().ShouldContain($"{broken}:");
        Room.Json(result.Output)[0].GetProperty("agents").EnumerateArray().Select(static agent => agent.GetString()).ShouldContain("sound");
    }

    [Fact]
    public async Task A_plugin_folder_that_is_broken_is_reported_and_the_others_work()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        room.Write(".qwen/plugins/Torn/Torn.dll", "this is no assembly");

        var result = await room.RunAsync("-p", "hello");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe("Hi.\n");
        result.Error.ShouldContain("Torn");
        room.Model.Requests.Single().ToolNames.ShouldContain("read_file");
    }

    // Taken from the system and given back: nobody listens there.
    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [Theory]
    [InlineData("json")]
    [InlineData("stream-json")]
    public async Task Settings_that_cannot_be_read_stop_the_run_in_the_format_that_is_read(string format)
    {
        await using var room = new Room();
        var file = room.Write(".qwen/settings.json", "{ \"permissions\": { \"deny\": [\"Bash\"] }\n");

        var result = await room.RunExactlyAsync("-p", "hi", "-o", format);

        result.ExitCode.ShouldBe(52);
        result.Output.ShouldContain("permission rules");
        result.Error.ShouldContain(file);
        room.Model.Requests.ShouldBeEmpty();
        File.ReadAllText(file).ShouldStartWith("{");
    }
}
