using Microsoft.Extensions.AI;

namespace QwenCode.Models.Requests;

/// <summary>Turns the events of one answer into updates. Used by one answer, by one reader at a time.</summary>
internal abstract class ResponseDecoder
{
    private readonly Queue<ChatResponseUpdate> _ready = new();

    /// <summary>Gets whether the provider said that nothing more comes.</summary>
    public bool IsDone { get; protected set; }

    /// <summary>Gets why the model stopped, once it has said so.</summary>
    public ChatFinishReason? FinishReason { get; protected set; }

    /// <summary>
    /// Gets whether the answer hit the limit of tokens: it said so, or the arguments of a call stop in the middle. Valid after
    /// <see cref="Complete"/>.
    /// </summary>
    public abstract bool IsCut { get; }

    /// <summary>Gets why this is no answer, or <c>null</c> if it is one. Valid after <see cref="Complete"/>.</summary>
    public abstract RequestFailure? Fault { get; }

    /// <summary>
    /// Gets the answer so far if the model only pauses: sent back, it goes on. <c>null</c> if it has ended. Valid after
    /// <see cref="Complete"/>.
    /// </summary>
    public virtual ChatMessage? Paused => null;

    /// <summary>Reads the data of one event.</summary>
    /// <param name="eventType">The event's type.</param>
    /// <param name="data">Its data, UTF-8.</param>
    /// <exception cref="AnswerFailedException">The provider reported an error.</exception>
    /// <exception cref="System.Text.Json.JsonException">The data is not JSON.</exception>
    public abstract void Read(string eventType, ReadOnlySpan<byte> data);

    /// <summary>Says that all of the answer has been read, because its length was known.</summary>
    public void End() => IsDone = true;

    /// <summary>Ends the answer: what could not be handed on before becomes ready.</summary>
    public abstract void Complete();

    /// <summary>Gives the next update that is ready.</summary>
    public ChatResponseUpdate? Next() => _ready.TryDequeue(out var update) ? update : null;

    /// <summary>Makes an update ready.</summary>
    /// <param name="update">The update.</param>
    protected void Emit(ChatResponseUpdate update) => _ready.Enqueue(update);
}
