using System.Net;
using System.Text;
using QwenCode.Models.Cassettes;
using QwenCode.Permissions;
using QwenCode.Sessions;

namespace QwenCode.Testing.Tests;

public sealed class TestHostCassetteTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("qwen-cassette-").FullName;
    private readonly NoteTool _notes = new();

    private string File => Path.Combine(_directory, "notes.jsonl");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_a_real_model_answered_once_is_replayed_with_the_tools_of_the_test()
    {
        await RecordAsync();
        var cassette = new ModelCassette(CassetteMode.Strict, File);
        await using var host = Host(cassette);

        var run = await host.RunAsync("note milk");

        run.Text.ShouldBe("Noted.");
        run.Calls.ShouldHaveSingleItem().Status.ShouldBe(ToolCallStatus.Success);
        _notes.Notes.Count.ShouldBe(2);
        cassette.Requests.ShouldBe([new("note milk", 0, "note milk"), new("note milk", 1, "note: kept: milk")]);
        cassette.Notes.ShouldBeEmpty();
        cassette.Fault.ShouldBeNull();
    }

    [Fact]
    public async Task A_prompt_that_was_not_recorded_fails_the_run()
    {
        await RecordAsync();
        var cassette = new ModelCassette(CassetteMode.Replay, File);
        await using var host = Host(cassette);

        var run = await host.RunAsync("note bread");

        run.Outcome.End.ShouldBe(RunEnd.Error);
        run.Text.ShouldContain("recorded \"note milk\", now \"note bread\"");
        cassette.Fault.ShouldNotBeNull();
    }

    private TestHost Host(ModelCassette cassette) => new(options =>
    {
        options.Tools.Add(_notes);
        options.Mode = ApprovalMode.Yolo;
        options.Cassette = cassette;
    });

    private async Task RecordAsync()
    {
        using var server = new HttpListener();
        var port = FreePort();
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        var serving = ServeAsync(server,
            """{"tool_calls":[{"index":0,"id":"c1","function":{"name":"note","arguments":"{\"text\":\"milk\"}"}}]}""", """{"content":"Noted."}""");
        await using var host = Host(new ModelCassette(CassetteMode.Record, File));
        host.Workspace.Environment["OPENAI_BASE_URL"] = $"http://127.0.0.1:{port}/v1";
        host.Workspace.Environment["OPENAI_API_KEY"] = "sk-only-while-recording";
        host.Workspace.Environment["OPENAI_MODEL"] = "m";

        (await host.RunAsync("note milk")).Text.ShouldBe("Noted.");

        await serving;
        (await System.IO.File.ReadAllTextAsync(File)).ShouldNotContain("sk-only-while-recording");
    }

    private static int FreePort()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return ((IPEndPoint)taken.LocalEndpoint).Port;
    }

    private static async Task ServeAsync(HttpListener server, params string[] deltas)
    {
        foreach (var delta in deltas)
        {
            var context = await server.GetContextAsync();
            var answer = $$"""data: {"choices":[{"index":0,"delta":{{delta}},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n";
            context.Response.ContentType = "text/event-stream";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
    }
}
