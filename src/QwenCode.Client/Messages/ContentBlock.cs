namespace QwenCode.Client;

/// <summary>A part of a message.</summary>
public abstract record ContentBlock;
