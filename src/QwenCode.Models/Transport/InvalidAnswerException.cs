namespace QwenCode.Models.Transport;

/// <summary>
/// What the server sent is not an HTTP answer, or not one that can be read. The message goes on after "the answer cannot be read:
/// ".
/// </summary>
internal sealed class InvalidAnswerException(string message) : IOException(message);
