using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using QwenCode.Models;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>Chat services of a kernel as models of ours.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly KernelRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task An_entry_of_modelProviders_is_the_service_of_its_id()
    {
        _room.WriteSettings("""{"$version":3,"modelProviders":{"semantic-kernel":[{"id":"fast"}]}}""");
        _room.Chat.Says("Hello.");
        var kernel = _room.Build(options: static options => (options.AuthType, options.Model) = (null, null), serviceId: "fast");

        var model = kernel.GetRequiredService<IModelProvider>().Default;
        var response = await model.Client.GetResponseAsync("hi", new ChatOptions { ModelId = model.Id, Temperature = 0.5f });

        (model.Id, model.Protocol, response.Text).ShouldBe(("fast", "semantic-kernel", "Hello."));
        model.Client.GetService(typeof(FakeChatService)).ShouldBeSameAs(_room.Chat);
        _room.Chat.Requests.ShouldHaveSingleItem().Settings!.ExtensionData!["temperature"].ShouldBe(0.5f);
    }

    [Fact]
    public void A_service_that_is_not_there_is_named_with_what_to_do()
    {
        var kernel = _room.Build(serviceId: "fast");

        var exception = Should.Throw<ModelException>(() => kernel.GetRequiredService<IModelProvider>().Default);

        exception.Fault.ShouldBe(ModelFault.NotConfigured);
        exception.Message.ShouldContain("'house-model'");
        exception.Advice.ShouldContain("serviceId: \"house-model\"");
    }

    [Fact]
    public async Task Pieces_of_several_calls_are_put_together_and_what_is_no_json_is_kept()
    {
        _room.Chat.Answers(
            new StreamingFunctionCallUpdateContent("a", "one", "{\"n\":", functionCallIndex: 0),
            new StreamingFunctionCallUpdateContent("b", "two", "{\"broken", functionCallIndex: 1),
            new StreamingFunctionCallUpdateContent(null, null, "1}", functionCallIndex: 0));
        var client = _room.Build().GetRequiredService<IModelProvider>().Default.Client;

        var calls = (await client.GetResponseAsync("hi")).Messages.SelectMany(static message => message.Contents).OfType<Microsoft.Extensions.AI.FunctionCallContent>().ToList();

        calls.Select(static call => (call.CallId, call.Name)).ShouldBe([("a", "one"), ("b", "two")]);
        ToolCallArguments.Of(calls[0]).Value!.Value.GetRawText().ShouldBe("{\"n\":1}");
        (ToolCallArguments.Of(calls[1]).Raw, ToolCallArguments.Of(calls[1]).Value).ShouldBe(("{\"broken", null));
    }
}
