using Microsoft.Extensions.AI;

namespace QwenCode.Models.Scripting;

/// <summary>One answer of a <see cref="ScriptedModel"/>. Text, thoughts and arguments may hold templates such as <c>${last}</c>.</summary>
public sealed record ScriptedReply
{
    /// <summary>Gets the text.</summary>
    public string? Text { get; init; }

    /// <summary>Gets the thoughts that come before the text.</summary>
    public string? Thinking { get; init; }

    /// <summary>Gets the calls, made together after the text.</summary>
    public IReadOnlyList<ScriptedCall> Calls { get; init; } = [];

    /// <summary>Gets what the answer costs; <c>null</c> estimates it from the lengths.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>Gets how long the model thinks before its first word.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets the pause between two pieces of text.</summary>
    public TimeSpan ChunkDelay { get; init; }

    /// <summary>Gets how many characters a piece of text has. The default is 24.</summary>
    public int ChunkSize { get; init; } = 24;

    /// <summary>Gets why the model stops; <c>null</c> follows from whether there are calls.</summary>
    public ChatFinishReason? FinishReason { get; init; }

    /// <summary>Gets the failure that comes after what there is of an answer.</summary>
    public ModelException? Error { get; init; }

    /// <summary>Gets what is waited for before the first word: a test's gate.</summary>
    public Task? Gate { get; init; }

    /// <summary>Gets further updates that are handed on as they are, after text and before calls.</summary>
    public IReadOnlyList<ChatResponseUpdate> Updates { get; init; } = [];

    /// <summary>Gets where to look for values that the templates of this answer use.</summary>
    internal IReadOnlyList<ScriptCapture> Captures { get; init; } = [];

    /// <summary>Gets where the answer stands, for errors.</summary>
    internal string Place { get; init; } = "script";
}
