using System.ClientModel.Primitives;

namespace QwenCode.SemanticKernel.OpenAI;

/// <summary>Repeats requests as the library does, and those whose status the settings call a limit.</summary>
/// <param name="retries">How often at most.</param>
/// <param name="statuses">Further statuses that mean "too many requests".</param>
internal sealed class StatusRetryPolicy(int retries, IReadOnlyCollection<int> statuses) : ClientRetryPolicy(retries)
{
    private readonly int _retries = retries;

    // The asynchronous question is answered by this one, too.
    protected override bool ShouldRetry(PipelineMessage message, Exception? exception) =>
        IsLimit(message) | base.ShouldRetry(message, exception);

    // The library counts for its own statuses only.
    private bool IsLimit(PipelineMessage message)
    {
        var tries = message.TryGetProperty(typeof(StatusRetryPolicy), out var counted) && counted is int before ? before + 1 : 1;
        message.SetProperty(typeof(StatusRetryPolicy), tries);
        return tries <= _retries && message.Response is { } response && statuses.Contains(response.Status);
    }
}
