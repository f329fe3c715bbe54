// An application that has a kernel of Semantic Kernel keeps it: our agents become functions of it, and work with its chat service.
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Hosting;

var builder = Kernel.CreateBuilder();

// In your application: builder.AddOpenAIChatCompletion(…) or whatever connector it uses.
builder.Services.AddSingleton<IChatCompletionService, Parrot>();

builder.AddQwenCode(options =>
{
    options.AuthType = QwenCodeKernelBuilder.Protocol;
    options.Model = "parrot";
    options.ApplicationDirectory = AppContext.BaseDirectory;
});

var kernel = builder.Build();
foreach (var function in kernel.Plugins[QwenCodeKernelBuilder.AgentPluginName])
{
    Console.WriteLine($"{function.PluginName}-{function.Name}: {function.Description}");
}

var agent = args.Length > 0 ? args[0] : "Explore";
Console.WriteLine(await kernel.InvokeAsync<string>(QwenCodeKernelBuilder.AgentPluginName, agent, new() { ["prompt"] = "Say hello." }));

internal sealed class Parrot : IChatCompletionService
{
    public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

    public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ChatMessageContent>>([new(AuthorRole.Assistant, $"You said: {chatHistory[^1].Content}")]);

    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        yield return new StreamingChatMessageContent(AuthorRole.Assistant, $"You said: {chatHistory[^1].Content}");
    }
}
