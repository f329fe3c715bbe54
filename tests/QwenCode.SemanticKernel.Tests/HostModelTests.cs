using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.SemanticKernel.Tests.Foreign;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>The chat clients and chat services of any host as models.</summary>
public sealed class HostModelTests : IDisposable
{
    private readonly KernelRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Without_settings_a_registered_client_is_the_model_and_decides_which_one_it_asks()
    {
        var client = new RecordingClient(model: "gpt-9");
        await using var services = Build(given => given.AddSingleton<IChatClient>(client));

        var model = services.GetRequiredService<IModelProvider>().Default;
        await model.Client.GetResponseAsync("hi", new ChatOptions { ModelId = model.Id });

        (model.Id, model.Protocol, client.Requests.ShouldHaveSingleItem()!.ModelId).ShouldBe(("gpt-9", QwenCodeKernelBuilder.Protocol, null));
    }

    [Theory]
    [InlineData(null, "default")]
    [InlineData("", "default")]
    public async Task A_client_that_does_not_say_which_model_it_asks_is_the_default(string? own, string id)
    {
        var client = new RecordingClient(own);
        await using var services = Build(given => given.AddSingleton<IChatClient>(client));
        var models = services.GetRequiredService<IModelProvider>();

        await models.Default.Client.GetResponseAsync("hi", new ChatOptions { ModelId = models.Default.Id });
        await models.Resolve("other", models.Default).Client.GetResponseAsync("hi", new ChatOptions { ModelId = "other" });

        (models.Default.Id, models.Resolve(null).Id).ShouldBe((id, id));
        client.Requests.Select(static options => options!.ModelId).ShouldBe([null, "other"]);
    }

    [Fact]
    public async Task A_chat_service_is_the_model_too_and_a_client_goes_first()
    {
        await using var one = Build(given => given.AddSingleton<IChatCompletionService>(_room.Chat));
        one.GetRequiredService<IModelProvider>().Default.Client.GetService(typeof(FakeChatService)).ShouldBeSameAs(_room.Chat);

        var client = new RecordingClient("gpt-9");
        await using var both = Build(given => given.AddSingleton<IChatCompletionService>(_room.Chat).AddSingleton<IChatClient>(client));
        both.GetRequiredService<IModelProvider>().Default.Client.GetService(typeof(RecordingClient)).ShouldBeSameAs(client);
    }

    [Fact]
    public async Task A_service_is_found_by_its_id_before_one_without_and_a_client_before_a_chat_service()
    {
        var (fast, any) = (new RecordingClient("real-model"), new RecordingClient("any"));
        await using var services = Build(given => given
            .AddKeyedSingleton<IChatCompletionService>("fast", _room.Chat)
            .AddKeyedSingleton<IChatCompletionService>("slow", _room.Chat)
            .AddKeyedSingleton<IChatClient>("fast", fast)
            .AddSingleton<IChatClient>(any));
        var models = services.GetRequiredService<IModelProvider>();

        Found("fast").ShouldBeSameAs(fast);
        Found("gpt-9").ShouldBeSameAs(any);
        models.Resolve("semantic-kernel:slow").Client.GetService(typeof(FakeChatService)).ShouldBeSameAs(_room.Chat);
        await models.Resolve("semantic-kernel:fast").Client.GetResponseAsync("hi", new ChatOptions { ModelId = "fast" });
        await models.Resolve("semantic-kernel:gpt-9").Client.GetResponseAsync("hi", new ChatOptions { ModelId = "gpt-9" });

        // The id of a service is not the name of its model.
        (fast.Requests.Single()!.ModelId, any.Requests.Single()!.ModelId).ShouldBe((null, "gpt-9"));

        object? Found(string id) => models.Resolve($"semantic-kernel:{id}").Client.GetService(typeof(RecordingClient));
    }

    [Fact]
    public async Task The_model_that_is_asked_for_may_be_a_service_without_any_protocol_named()
    {
        var client = new RecordingClient("real-model");
        await using var services = Build(
            given => given.AddSingleton<IChatClient>(new RecordingClient("any")).AddKeyedSingleton<IChatClient>("fast", client), static options => options.Model = "fast");

        services.GetRequiredService<IModelProvider>().Default.Client.GetService(typeof(RecordingClient)).ShouldBeSameAs(client);
    }

    [Fact]
    public async Task What_the_settings_and_the_environment_say_counts_more()
    {
        (_room.Variables["OPENAI_API_KEY"], _room.Variables["OPENAI_BASE_URL"], _room.Variables["OPENAI_MODEL"]) = ("k", "http://127.0.0.1:1/v1", "of-environment");
        await using var services = Build(given => given.AddSingleton<IChatClient>(new RecordingClient("gpt-9")));

        (services.GetRequiredService<IModelProvider>().Default.Id, services.GetRequiredService<IModelProvider>().Default.Protocol).ShouldBe(("of-environment", "openai"));
    }

    [Fact]
    public async Task A_host_without_a_service_is_told_what_is_missing_as_before()
    {
        await using var services = Build(static _ => { });

        Should.Throw<ModelException>(() => services.GetRequiredService<IModelProvider>().Default).Message.ShouldStartWith("No auth type is selected.");
    }

    [Fact]
    public async Task An_auth_type_that_is_enforced_is_not_passed_by()
    {
        _room.WriteSettings("""{"$version":3,"security":{"auth":{"enforcedType":"openai"}}}""");
        await using var services = Build(given => given.AddSingleton<IChatClient>(new RecordingClient("gpt-9")));

        Should.Throw<ModelException>(() => services.GetRequiredService<IModelProvider>().Default).Fault.ShouldBe(ModelFault.NotConfigured);
    }

    [Fact]
    public async Task A_wrong_id_names_the_services_there_are()
    {
        await using var services = Build(given => given
            .AddKeyedSingleton<IChatClient>("fast", new RecordingClient("a")).AddKeyedSingleton<IChatCompletionService>("slow", _room.Chat));

        var fault = Should.Throw<ModelException>(() => services.GetRequiredService<IModelProvider>().Resolve("semantic-kernel:fsat"));

        fault.Message.ShouldContain("'fsat'");
        fault.Message.ShouldEndWith("It has 'fast' (IChatClient), 'slow' (IChatCompletionService).");
        fault.Advice.ShouldContain("serviceId: \"fsat\"");
    }

    [Fact]
    public async Task The_settings_of_an_entry_go_into_each_request()
    {
        _room.WriteSettings("""
            {"$version":3,"modelProviders":{"semantic-kernel":[{"id":"fast","generationConfig":{
                "samplingParams":{"temperature":0.2,"top_p":0.5,"top_k":7,"max_tokens":99,"presence_penalty":0.1,"frequency_penalty":0.3,"repetition_penalty":1.5},
                "reasoning":{"effort":"high"},"extra_body":{"seat":3,"tags":["a"]}}}]}}
            """);
        var client = new RecordingClient("a");
        await using var services = Build(given => given.AddKeyedSingleton<IChatClient>("fast", client));
        var tools = new Conversations.ToolSet([new TouchTool()]);

        await services.GetRequiredService<IModelProvider>().Default.Client.GetResponseAsync("hi", new ChatOptions { ModelId = "fast", Temperature = 1, Tools = tools });

        var sent = client.Requests.Single()!;
        (sent.Temperature, sent.TopP, sent.TopK, sent.MaxOutputTokens, sent.PresencePenalty, sent.FrequencyPenalty).ShouldBe((0.2f, 0.5f, 7, 99, 0.1f, 0.3f));
        sent.Reasoning!.Effort.ShouldBe(ReasoningEffort.High);
        (sent.AdditionalProperties!["repetition_penalty"], sent.AdditionalProperties["seat"]).ShouldBe((1.5, 3L));
        sent.AdditionalProperties["tags"]!.ToString().ShouldBe("""["a"]""");
        sent.Tools.ShouldBeSameAs(tools);
    }

    [Fact]
    public async Task Media_of_results_follow_them_as_a_message_of_the_user()
    {
        var client = new RecordingClient("a");
        await using var services = Build(given => given.AddSingleton<IChatClient>(client));
        var picture = new DataContent(new byte[] { 1 }, "image/png");

        await services.GetRequiredService<IModelProvider>().Default.Client.GetResponseAsync(
        [
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("a", new List<AIContent> { new TextContent("a picture"), picture })]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("b", "text")]),
            new ChatMessage(ChatRole.User, "go on"),
        ]);

        var sent = client.Messages.ShouldHaveSingleItem();
        sent.Select(static message => message.Role).ShouldBe([ChatRole.Tool, ChatRole.Tool, ChatRole.User, ChatRole.User]);
        sent[0].Contents.OfType<FunctionResultContent>().Single().Result.ShouldBe("a picture");
        sent[2].Contents[^1].ShouldBeSameAs(picture);
    }

    private ServiceProvider Build(Action<IServiceCollection> register, Action<QwenCodeOptions>? configure = null) => _room.BuildHost((services, options) =>
    {
        (options.AuthType, options.Model) = (null, null);
        configure?.Invoke(options);
        register(services);
    });
}
