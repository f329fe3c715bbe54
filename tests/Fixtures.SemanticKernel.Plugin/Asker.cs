using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace Fixtures.Shop;

/// <summary>Asks the model of whoever calls, by what its constructor got, and remembers how often it was asked to.</summary>
public sealed class Asker(IChatClient client, Kernel kernel, Helper helper)
{
    private int _asked;

    [KernelFunction]
    public async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        var first = await client.GetResponseAsync(question, cancellationToken: cancellationToken);
        var second = await kernel.GetRequiredService<IChatCompletionService>()
            .GetChatMessageContentAsync(question, kernel: kernel, cancellationToken: cancellationToken);
        return $"{first.Text} {second.Content} {await helper.AskAsync(question, cancellationToken)} {++_asked}";
    }
}

/// <summary>A class of the plugin that another one needs.</summary>
public sealed class Helper(IChatCompletionService service)
{
    public async Task<string?> AskAsync(string question, CancellationToken cancellationToken) =>
        (await service.GetChatMessageContentAsync(question, cancellationToken: cancellationToken)).Content;
}
