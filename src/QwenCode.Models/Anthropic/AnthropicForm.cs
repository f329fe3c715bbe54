using Microsoft.Extensions.AI;
using QwenCode.Conversations;

namespace QwenCode.Models.Anthropic;

/// <summary>The form of requests to one model, with what writes it.</summary>
/// <param name="shape">What the model takes.</param>
/// <param name="marksCache">Whether the provider is told what to cache.</param>
/// <param name="dialect">How messages and tools look.</param>
internal sealed class AnthropicForm(AnthropicShape shape, bool marksCache, AnthropicDialect dialect)
{
    private readonly AnthropicBlockWriter _writer = new(dialect);

    /// <summary>Gets what the model takes.</summary>
    public AnthropicShape Shape { get; } = shape;

    /// <summary>Gets whether the provider is told what to cache.</summary>
    public bool MarksCache { get; } = marksCache;

    /// <summary>Gets how messages and tools look.</summary>
    public AnthropicDialect Dialect { get; } = dialect;

    /// <summary>Gets the form of messages that came from another model.</summary>
    public AnthropicForm Foreign => field ??= new(Shape, MarksCache, (Dialect with { IsForeign = true }).Intern());

    /// <summary>Gets the form of messages whose images are not sent any more.</summary>
    public AnthropicForm WithoutImages =>
        field ??= new(Shape, MarksCache, (Dialect with { Modalities = Dialect.Modalities & ~ModelModalities.Image }).Intern());

    /// <summary>Returns the blocks of a message; one that is not marked is written once.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isMarked">Whether the provider is told to cache up to its end.</param>
    public byte[] Write(ChatMessage message, bool isMarked) => message is HistoryMessage history && !isMarked
        ? history.GetWire(Dialect, WriteUnmarked) : _writer.Write(message, isMarked);

    /// <summary>Returns the declarations of tools.</summary>
    /// <param name="tools">The tools.</param>
    public byte[] Write(IList<AITool> tools) =>
        tools is ToolSet set ? set.GetWire(Dialect, WriteSet) : AnthropicToolWriter.Write(tools, Dialect);

    private byte[] WriteUnmarked(HistoryMessage message) => _writer.Write(message, isMarked: false);

    private byte[] WriteSet(ToolSet tools) => AnthropicToolWriter.Write(tools, Dialect);
}
