namespace QwenCode.Models;

/// <summary>Kinds of failure of a request to a model.</summary>
public enum ModelFault
{
    /// <summary>The server could not be reached.</summary>
    Unreachable,

    /// <summary>The key was refused (401, 403).</summary>
    Unauthorized,

    /// <summary>There is no such address or model (404).</summary>
    NotFound,

    /// <summary>Too many requests, for longer than we were willing to wait (429).</summary>
    RateLimited,

    /// <summary>The request is longer than the model's window.</summary>
    TooLong,

    /// <summary>The request was refused (400 and the like).</summary>
    Refused,

    /// <summary>The server failed (5xx).</summary>
    ServerError,

    /// <summary>The answer stopped before its end, or made no sense.</summary>
    BrokenStream,

    /// <summary>Nothing came for too long.</summary>
    Timeout,

    /// <summary>No model, key or address is configured.</summary>
    NotConfigured,
}
