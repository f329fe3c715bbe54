using System.Text.Json;

namespace QwenCode.Protocol.JsonRpc;

/// <summary>A request cannot be met: what its answer says, or what the peer answered.</summary>
/// <param name="code">The code.</param>
/// <param name="message">A few words.</param>
/// <param name="details">What happened and what to do about it; <c>null</c> if the message says it all.</param>
public sealed class JsonRpcException(int code, string message, string? details = null) : QwenCodeException(details ?? message)
{
    /// <summary>Gets the code.</summary>
    public int Code { get; } = code;

    /// <summary>Gets the few words.</summary>
    public string Words { get; } = message;

    /// <summary>Gets what happened and what to do about it, if there is more to say.</summary>
    public string? Details { get; } = details;

    /// <summary>Gets what writes further members of <c>data</c>.</summary>
    public Action<Utf8JsonWriter>? MoreData { get; init; }

    /// <summary>Makes the error of parameters that cannot be used.</summary>
    /// <param name="details">What is wrong with them.</param>
    public static JsonRpcException InvalidParams(string details) => new(JsonRpcErrorCode.InvalidParams, "Invalid params", details);

    /// <summary>Makes the error of a failure.</summary>
    /// <param name="details">What failed.</param>
    public static JsonRpcException Internal(string details) => new(JsonRpcErrorCode.InternalError, "Internal error", details);
}
