using System.Threading.Channels;

namespace QwenCode.Client;

/// <summary>A prompt that was sent, and the messages of its run.</summary>
internal sealed class PromptRun
{
    private readonly Channel<QwenMessage> _messages =
        Channel.CreateUnbounded<QwenMessage>(new() { SingleReader = true, SingleWriter = true });

    /// <summary>Gets the messages as they come.</summary>
    public ChannelReader<QwenMessage> Messages => _messages.Reader;

    /// <summary>Gets or sets whether nobody reads the messages any more. It is then interrupted as soon as it begins.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Takes a message.</summary>
    /// <returns>Whether it was the last one.</returns>
    public bool Take(QwenMessage message)
    {
        _messages.Writer.TryWrite(message);
        return message is ResultMessage && _messages.Writer.TryComplete();
    }

    /// <summary>Ends the run without a result.</summary>
    public void Fail(Exception exception) => _messages.Writer.TryComplete(exception);
}
