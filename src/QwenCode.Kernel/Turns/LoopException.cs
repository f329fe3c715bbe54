namespace QwenCode.Kernel.Turns;

/// <summary>The model goes round in circles; the message says how.</summary>
internal sealed class LoopException(string message) : QwenCodeException(message);
