using QwenCode.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Kernel;
using QwenCode.Kernel.Tasks;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>Our agents in somebody else's kernel.</summary>
public sealed class AgentFunctionTests : IDisposable
{
    private const string Finder = "---\nname: code-finder\ndescription: Finds code.\n---\nYou find what is asked for.\n";

    private readonly KernelRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task An_agent_is_a_function_that_works_with_the_kernels_own_chat_service()
    {
        _room.Write(".qwen/agents/code-finder.md", Finder);
        _room.Chat.Says("It is in a.cs.");
        var kernel = _room.Build();

        var function = kernel.Plugins[QwenCodeKernelBuilder.AgentPluginName]["code_finder"];
        var result = await kernel.InvokeAsync(function, new KernelArguments { ["prompt"] = "Where is it?" });

        function.Description.ShouldBe("Finds code.");
        function.Metadata.Parameters.ShouldHaveSingleItem().Name.ShouldBe("prompt");
        result.GetValue<string>().ShouldBe("It is in a.cs.");
        var (history, settings) = _room.Chat.Requests.ShouldHaveSingleItem();
        history[0].Role.ShouldBe(AuthorRole.System);
        history[0].Content!.ShouldStartWith("You find what is asked for.");
        history[^1].Content.ShouldBe("Where is it?");
        settings!.ModelId.ShouldBe("house-model");
    }

    [Fact]
    public async Task An_agent_calls_a_tool_whose_arguments_arrive_in_pieces()
    {
        _room.Write(".qwen/agents/code-finder.md", Finder);
        _room.Chat
            .Answers(
                new StreamingTextContent("Let me see."),
                new StreamingFunctionCallUpdateContent("call_1", "agent_notes", "{\"te"),
                new StreamingFunctionCallUpdateContent(null, null, "xt\":\"remember 42\"}"))
            .Answers(history => [new StreamingTextContent("noted: " + history[^1].Items.OfType<FunctionResultContent>().Single().Result)]);
        var kernel = _room.Build(static builder => builder.Services.AddSingleton<Tools.IToolSource, Notes>());

        var result = await kernel.InvokeAsync<string>(QwenCodeKernelBuilder.AgentPluginName, "code_finder", new KernelArguments { ["prompt"] = "Note it." });

        result.ShouldBe("noted: kept remember 42");
        _room.Chat.Requests[0].Settings!.FunctionChoiceBehavior.ShouldNotBeNull().GetConfiguration(new FunctionChoiceBehaviorConfigurationContext([])).Functions!
            .Select(static function => function.Name).ShouldContain("agent_notes");
        var call = _room.Chat.Requests[1].History.SelectMany(static message => message.Items).OfType<FunctionCallContent>().ShouldHaveSingleItem();
        (call.Id, call.FunctionName, call.Arguments!["text"]!.ToString()).ShouldBe(("call_1", "agent_notes", "remember 42"));
    }

    [Fact]
    public async Task An_agent_that_fails_is_an_exception_of_the_kernels()
    {
        _room.Write(".qwen/agents/code-finder.md", Finder);
        _room.Chat.Answers(static _ => throw new HttpOperationException(System.Net.HttpStatusCode.Unauthorized, null, "The key was refused.", null));
        var kernel = _room.Build();

        var exception = await Should.ThrowAsync<KernelException>(
            kernel.InvokeAsync(QwenCodeKernelBuilder.AgentPluginName, "code_finder", new KernelArguments { ["prompt"] = "Where is it?" }));

        exception.Message.ShouldContain("The agent 'code-finder' did not finish");
        exception.Message.ShouldContain("The key was refused.");
    }

    [Fact]
    public async Task Cancelling_the_function_stops_the_agent()
    {
        _room.Write(".qwen/agents/code-finder.md", Finder);
        using var cancel = new CancellationTokenSource();
        _room.Chat.Answers(_ =>
        {
            cancel.Cancel();
            return [new StreamingTextContent("too late")];
        });
        var kernel = _room.Build();

        await Should.ThrowAsync<OperationCanceledException>(
            kernel.InvokeAsync(QwenCodeKernelBuilder.AgentPluginName, "code_finder", new KernelArguments { ["prompt"] = "Where is it?" }, cancel.Token));
    }

    [Fact]
    public void The_task_registry_is_a_service_of_the_kernel()
    {
        var kernel = _room.Build();

        kernel.GetRequiredService<TaskRegistry>().ShouldBeSameAs(kernel.GetRequiredService<AgentKernel>().Tasks);
    }

    private sealed class Notes : Tools.IToolSource
    {
        private readonly IReadOnlyList<Tools.Tool> _tools = [new Note()];

        public IReadOnlyList<Tools.Tool> Snapshot() => _tools;
    }

    private sealed class Note() : Tools.Tool(new Tools.ToolDeclaration
    {
        Name = "agent_notes",
        Description = "Keeps a note.",
        Traits = Tools.ToolTraits.Preapproved,
        Parameters = Tools.ToolDeclaration.Schema("""{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}"""u8),
    })
    {
        public override Tools.ToolInvocation Prepare(Tools.ToolArguments arguments, Tools.ToolContext context) => new Call(arguments.String("text")!);

        private sealed class Call(string text) : Tools.ToolInvocation
        {
            public override string Description => text;

            public override Tools.ToolConsent Consent => Tools.ToolConsent.Allow;

            public override ValueTask<Tools.ToolResult> ExecuteAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Tools.ToolResult.Success($"kept {text}"));
        }
    }
}
