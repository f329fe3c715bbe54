using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests;

public sealed class RequestLogTests : IDisposable
{
    private const string Key = "sk-the-key-of-the-log-test";
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("qwen-log-").FullName, "logs", "openai");

    [Fact]
    public async Task A_request_and_its_answer_are_one_file_without_the_key()
    {
        await using var server = new StubServer();
        server.Then(StubReply.Error(400, $$$"""{"error":{"message":"bad {{{Key}}}"}}"""));

        await Should.ThrowAsync<ModelException>(async () => await Client(server.BaseUrl).GetResponseAsync($"my key is {Key}"));

        var log = Log();
        log.GetProperty("request").GetProperty("url").GetString().ShouldBe($"{server.BaseUrl}/chat/completions");
        log.GetProperty("request").GetProperty("body").GetProperty("messages")[0].ToString().ShouldContain("my key is ***");
        log.GetProperty("response").GetProperty("status").GetInt32().ShouldBe(400);
        log.GetProperty("response").GetProperty("body").GetProperty("error").GetProperty("message").GetString().ShouldBe("bad ***");
        log.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Directory.GetFiles(_directory).Single()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_logged_as_an_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        await Should.ThrowAsync<ModelException>(async () => await Client(new Uri($"http://127.0.0.1:{port}/v1")).GetResponseAsync("hi"));

        Log().GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_a_fault_of_the_configuration()
    {
        var file = Path.GetTempFileName();
        try
        {
            Should.Throw<ModelException>(() => Client(new Uri("http://127.0.0.1:1/v1"), Path.Combine(file, "logs"))).Fault.ShouldBe(ModelFault.NotConfigured);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(_directory))!, recursive: true);

    private OpenAIChatClient Client(Uri url, string? directory = null) =>
        new(new OpenAIClientOptions { Model = "m", ApiKey = Key, BaseUrl = url, MaxRetries = 0, LogDirectory = directory ?? _directory });

    private JsonElement Log() => JsonElement.Parse(File.ReadAllText(Directory.GetFiles(_directory).ShouldHaveSingleItem()));
}
