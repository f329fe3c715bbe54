using System.ClientModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using OpenAI;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Models.Tests.Support;
using QwenCode.Permissions;
using QwenCode.SemanticKernel.Tests;
using QwenCode.SemanticKernel.Tests.Foreign;
using QwenCode.Sessions;

namespace QwenCode.SemanticKernel.OpenAI.Tests;

/// <summary>The connector in a host: as the host's own service, and as a protocol of the settings.</summary>
public sealed class HostTests : IAsyncDisposable
{
    private readonly StubServer _server = new();
    private readonly KernelRoom _room = new();
    private readonly TouchTool _tool = new();

    private string Target => Path.Combine(_room.Project, "owned.txt");

    public async ValueTask DisposeAsync()
    {
        _room.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_of_a_model_that_the_host_registered_needs_permission(bool isAllowed)
    {
        var client = new OpenAIClient(new ApiKeyCredential("k"), new OpenAIClientOptions { Endpoint = _server.BaseUrl });
        await using var services = _room.BuildHost(
            (given, options) =>
            {
                given.AddOpenAIChatClient("gpt-9", client, serviceId: "m");
                (options.AuthType, options.Model) = (QwenCodeKernelBuilder.Protocol, "m");
            },
            _tool);

        await CallAsync(services, isAllowed);

        _server.Requests[0].Json.GetProperty("model").GetString().ShouldBe("gpt-9");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_of_a_model_of_the_settings_needs_permission(bool isAllowed)
    {
        _room.WriteSettings($$$"""{"$version":3,"modelProviders":{"sk-openai":[{"id":"gpt-9","envKey":"HOUSE_KEY","baseUrl":"{{{_server.BaseUrl}}}"}]}}""");
        _room.Variables["HOUSE_KEY"] = "of-the-house";
        await using var services = Connector();

        await CallAsync(services, isAllowed);

        _server.Requests[0].Headers["Authorization"].ShouldBe("Bearer of-the-house");
        _server.Requests[0].Headers["User-Agent"].ShouldStartWith("QwenCode/");
    }

    [Fact]
    public async Task Key_address_and_model_are_those_of_openai_in_the_environment()
    {
        (_room.Variables["OPENAI_API_KEY"], _room.Variables["OPENAI_BASE_URL"], _room.Variables["OPENAI_MODEL"]) = ("of-environment", _server.BaseUrl.ToString(), "gpt-9");
        _server.Then(StubReply.Of(OpenAIStream.Answer("Hello.")));
        await using var services = Connector(static options => options.AuthType = OpenAIConnector.Protocol);

        var model = services.GetRequiredService<IModelProvider>().Default;
        var contents = await Answers.CollectAsync(model.Client);

        (model.Id, model.Protocol, Answers.TextOf(contents)).ShouldBe(("gpt-9", "sk-openai", "Hello."));
        _server.Requests.ShouldHaveSingleItem().Headers["Authorization"].ShouldBe("Bearer of-environment");
    }

    [Fact]
    public async Task A_host_that_does_not_offer_it_does_not_know_it()
    {
        await using var services = _room.BuildHost(static (_, options) => (options.AuthType, options.Model) = (OpenAIConnector.Protocol, "gpt-9"));

        Should.Throw<ModelException>(() => services.GetRequiredService<IModelProvider>().Default).Message.ShouldContain("There is no auth type 'sk-openai'");
    }

    private ServiceProvider Connector(Action<QwenCodeOptions>? configure = null) => _room.BuildHost(
        (_, options) =>
        {
            (options.AuthType, options.Model) = (null, null);
            options.AddOpenAIConnector();
            configure?.Invoke(options);
        },
        _tool);

    private async Task CallAsync(ServiceProvider services, bool isAllowed)
    {
        _server.Then(
            StubReply.Of(OpenAIStream.Call(0, "a", "touch", $$$"""{"path":"{{{Target.Replace("\\", "\\\\", StringComparison.Ordinal)}}}"}""") + OpenAIStream.Finish("tool_calls") + OpenAIStream.Done),
            StubReply.Of(OpenAIStream.Answer("so be it")));
        var events = new Events();
        await using var session = services.GetRequiredService<SessionFactory>().Open(new SessionRequest { Mode = isAllowed ? ApprovalMode.Yolo : null }, events);
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await session.Completion;

        events.Of<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("so be it");
        (File.Exists(Target), _tool.Runs, _server.Requests.Count).ShouldBe((isAllowed, isAllowed ? 1 : 0, 2));
        var result = _server.Requests[1].Json.GetProperty("messages").EnumerateArray().Last(static message => message.GetProperty("role").GetString() == "tool");
        result.GetProperty("content").ToString().ShouldContain(isAllowed ? "touched" : "requires permission to use");
    }
}
