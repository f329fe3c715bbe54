using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace QwenCode.Kernel.Agents;

/// <summary>An agent's model for questions outside its conversation: each counts as the agent's usage.</summary>
internal sealed class AgentModelClient(Agent agent) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var model = agent.Model;
        var asked = agent.Session.Time.GetTimestamp();
        ChatResponse? response = null;
        try
        {
            response = await model.Client.GetResponseAsync(messages, Complete(options), cancellationToken).ConfigureAwait(false);
            return response;
        }
        finally
        {
            Count(model.Id, response?.Usage, asked, response is null && !cancellationToken.IsCancellationRequested);
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var model = agent.Model;
        var asked = agent.Session.Time.GetTimestamp();
        UsageDetails? usage = null;
        var failed = true;
        try
        {
            await foreach (var update in model.Client.GetStreamingResponseAsync(messages, Complete(options), cancellationToken)
                .ConfigureAwait(false))
            {
                usage = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? usage;
                yield return update;
            }

            failed = false;
        }
        finally
        {
            Count(model.Id, usage, asked, failed && !cancellationToken.IsCancellationRequested);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : agent.Model.Client.GetService(serviceType, serviceKey);

    // The client is the model provider's.
    public void Dispose()
    {
    }

    private ChatOptions Complete(ChatOptions? options)
    {
        var model = agent.Model;
        options = options?.Clone() ?? model.Options?.Clone() ?? new ChatOptions();
        options.ModelId ??= model.Id;
        return options;
    }

    private void Count(string model, UsageDetails? usage, long asked, bool failed)
    {
        agent.CountTokens(usage);
        agent.Session.Statistics.Answered(model, usage, agent.Session.Time.GetElapsedTime(asked), failed);
    }
}
