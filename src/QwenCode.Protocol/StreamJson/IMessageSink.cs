namespace QwenCode.Protocol.StreamJson;

/// <summary>Where messages go, one JSON object each.</summary>
public interface IMessageSink
{
    /// <summary>Takes one message.</summary>
    /// <param name="json">The object as UTF-8, without a line break; valid only during the call.</param>
    void Write(ReadOnlySpan<byte> json);
}
