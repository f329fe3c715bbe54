namespace QwenCode.Models.Requests;

/// <summary>Carries a failure out of the middle of an answer; never leaves this project.</summary>
internal sealed class AnswerFailedException(RequestFailure failure) : Exception(failure.Message)
{
    public RequestFailure Failure { get; } = failure;
}
