using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Telemetry;
using QwenCode.Models;

namespace QwenCode.Kernel.Agents;

/// <summary>An agent's model for questions outside its conversation: each counts as the agent's usage.</summary>
/// <param name="agent">The agent.</param>
/// <param name="named">Another model than the agent's own.</param>
internal sealed class AgentModelClient(Agent agent, ModelReference? named = null) : IChatClient
{
    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var model = Model;
        var asked = agent.Session.Time.GetTimestamp();
        ChatResponse? response = null;
        Exception? failure = null;
        using var span = KernelSpans.StartModelCall(agent, model);
        try
        {
            response = await model.Client.GetResponseAsync(messages, Complete(options), cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            Count(span, model, response?.Usage, asked, GenAI.NameOfError(failure, cancellationToken.IsCancellationRequested));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var model = Model;
        var asked = agent.Session.Time.GetTimestamp();
        UsageDetails? usage = null;
        var failed = true;
        using var span = KernelSpans.StartModelCall(agent, model);
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
            // An iterator cannot see what was thrown.
            Count(span, model, usage, asked,
                !failed ? null : cancellationToken.IsCancellationRequested ? GenAI.Cancelled : GenAI.Other);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : Model.Client.GetService(serviceType, serviceKey);

    private ModelReference Model => named ?? agent.Model;

    // The client is the model provider's.
    public void Dispose()
    {
    }

    private ChatOptions Complete(ChatOptions? options)
    {
        if (options is { ModelId: not null })
        {
            // As it is: a copy would not share the wire form of its tools.
            return options;
        }

        var model = Model;
        options = options?.Clone() ?? model.Options?.Clone() ?? new ChatOptions();
        options.ModelId ??= model.Id;
        return options;
    }

    private void Count(KernelSpan span, ModelReference model, UsageDetails? usage, long asked, string? errorType)
    {
        var latency = agent.Session.Time.GetElapsedTime(asked);
        KernelSpans.EndModelCall(span, model, latency, usage, errorType);
        agent.CountTokens(usage);
        agent.Session.Statistics.Answered(model, usage, latency, errorType is not (null or GenAI.Cancelled));
    }
}
