using Microsoft.Extensions.AI;
using QwenCode.Agents;

namespace QwenCode.Checkpoints;

/// <summary>
/// Keeps what the calls of one session change in files, so that it can be undone. Nothing here throws or fails a call: what cannot be
/// kept is reported to the user once.
/// </summary>
public interface ICheckpoints : IAsyncDisposable
{
    /// <summary>Notes that a prompt of the user begins. Writes nothing: a prompt that changes no file leaves no trace.</summary>
    /// <param name="prompt">The prompt; the beginning of its text is shown where changes are listed.</param>
    void BeginPrompt(IReadOnlyList<AIContent> prompt);

    /// <summary>Watches a call that is about to run. Returns once everything it may change is kept.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Abandons the watch; the call is then not recorded.</param>
    /// <returns>The watch, to be completed when the call and its hooks are through.</returns>
    ValueTask<ICallWatch> WatchAsync(WatchedCall call, CancellationToken cancellationToken);

    /// <summary>Describes the prompts of the session whose changes can be brought back, numbered, the latest first, one a line.</summary>
    /// <param name="cancellationToken">Stops waiting for other work on the files.</param>
    ValueTask<string> ListAsync(CancellationToken cancellationToken);

    /// <summary>Brings back files that prompts of the session have changed.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Stops waiting for other work on the files; a restoring that has begun is not stopped.</param>
    ValueTask<RestoreOutcome> RestoreAsync(RestoreRequest request, CancellationToken cancellationToken);

    /// <summary>Says that work of a call goes on after it: what changes until its end belongs to the call, too.</summary>
    /// <param name="agent">The agent that made the call.</param>
    /// <param name="callId">The call.</param>
    /// <param name="work">Ends with the work, and never fails.</param>
    void Follow(AgentId agent, string callId, Task work);
}
