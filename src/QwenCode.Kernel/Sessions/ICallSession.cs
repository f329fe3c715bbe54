using System.Text.Json;
using QwenCode.Conversations;
using QwenCode.Sessions;

namespace QwenCode.Kernel.Sessions;

/// <summary>
/// A session whose calls come from a program instead of a model. They are checked, judged, hooked and recorded as those of a main agent
/// are; the agents they launch are agents like any other. No model is asked in the session's own name.
/// </summary>
public interface ICallSession : IAsyncDisposable
{
    /// <summary>Gets the session's id.</summary>
    SessionId Id { get; }

    /// <summary>Gets the tools that are offered now; the same object as long as nothing changes.</summary>
    ToolSet Tools { get; }

    /// <summary>Gives tools that come late a bounded time to be there; what the user should know is raised as notices.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask PrepareAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Calls a tool. Calls may overlap; those of tools that do not say that they may run beside others wait for each other.
    /// </summary>
    /// <param name="callId">The call's id, unique in the session; events name it.</param>
    /// <param name="tool">The name of the tool.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What came of it; a refusal and a failure are replies, too.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the session ended under it.</exception>
    ValueTask<CallReply> CallAsync(string callId, string tool, JsonElement arguments, CancellationToken cancellationToken = default);

    /// <summary>Answers a <see cref="PermissionRequested"/>; an unknown or settled one is ignored.</summary>
    /// <param name="input">The answer.</param>
    void Answer(PermissionInput input);
}
