using Microsoft.Extensions.AI;
using QwenCode.Conversations;

namespace QwenCode.Models.Gemini;

/// <summary>The form of requests to one model, with what writes it.</summary>
/// <param name="shape">What the model takes.</param>
/// <param name="dialect">How messages and tools look.</param>
internal sealed class GeminiForm(GeminiShape shape, GeminiDialect dialect)
{
    private readonly GeminiPartWriter _writer = new(dialect);

    /// <summary>Gets what the model takes.</summary>
    public GeminiShape Shape { get; } = shape;

    /// <summary>Gets how messages and tools look.</summary>
    public GeminiDialect Dialect { get; } = dialect;

    /// <summary>Gets the form of messages that came from another model.</summary>
    public GeminiForm Foreign => field ??= new(Shape, (Dialect with { IsForeign = true }).Intern());

    /// <summary>Returns the parts of a message, which are written once.</summary>
    /// <param name="message">The message.</param>
    /// <param name="calls">The calls of the answer before it.</param>
    public byte[] Write(ChatMessage message, IReadOnlyList<FunctionCallContent> calls) => message is HistoryMessage history
        ? history.GetWire(Dialect, known => _writer.Write(known, calls)) : _writer.Write(message, calls);

    /// <summary>Returns the media of a message's results that do not stand inside them.</summary>
    /// <param name="message">The message.</param>
    public byte[] WriteMedia(ChatMessage message) => message.Role == ChatRole.Tool ? _writer.WriteMedia(message) : [];

    /// <summary>Returns the declarations of tools.</summary>
    /// <param name="tools">The tools.</param>
    public byte[] Write(IList<AITool> tools) =>
        tools is ToolSet set ? set.GetWire(Dialect, WriteSet) : GeminiToolWriter.Write(tools, Dialect);

    private byte[] WriteSet(ToolSet tools) => GeminiToolWriter.Write(tools, Dialect);
}
