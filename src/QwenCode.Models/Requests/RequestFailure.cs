namespace QwenCode.Models.Requests;

/// <summary>Why one attempt failed, and whether another may fare better.</summary>
/// <param name="Fault">What kind of failure it is.</param>
/// <param name="Message">What the provider said, or what happened; keys are not taken out yet.</param>
/// <param name="Status">The HTTP status, if there was one.</param>
/// <param name="IsPassing">Whether the same request may succeed later.</param>
internal sealed record RequestFailure(ModelFault Fault, string Message, int? Status = null, bool IsPassing = false)
{
    /// <summary>Gets how long the server wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets whether the account has to be changed before anything is answered.</summary>
    public bool IsQuota { get; init; }

    /// <summary>Gets whether it is a limit that waiting helps against.</summary>
    public bool IsWaitable => (Fault is ModelFault.RateLimited || Status is 429 or 503 or 529) && !IsQuota
        && (IsPassing || RetryAfter is not null);

    /// <summary>Gets the cause.</summary>
    public Exception? Cause { get; init; }

    /// <summary>Gets advice that knows more than the fault does.</summary>
    public string? Advice { get; init; }
}
