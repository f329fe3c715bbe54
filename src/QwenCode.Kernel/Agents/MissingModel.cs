using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using QwenCode.Models;

namespace QwenCode.Kernel.Agents;

/// <summary>Stands for a model that cannot be used: whoever asks it learns why.</summary>
internal sealed class MissingModel(ModelException reason) : IChatClient
{
    /// <summary>Returns the model of a session that is opened without one.</summary>
    /// <param name="reason">Why there is none.</param>
    public static ModelReference Because(ModelException reason) => new("none", "none", new MissingModel(reason));

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromException<ChatResponse>(Fail());

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.FromException(Fail()).ConfigureAwait(false);
        yield break;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    // A new one each time: it is thrown on several stacks.
    private ModelException Fail() => new(reason.Fault, reason.Message, reason.Status, reason.Advice, reason);
}
