namespace QwenCode.Models.Transport;

/// <summary>How the end of a body is known.</summary>
internal enum BodyFraming
{
    /// <summary>The head says the length.</summary>
    Length,

    /// <summary>Each piece says its length, and the last one is empty.</summary>
    Chunked,

    /// <summary>The server closes the connection.</summary>
    UntilClose,
}
