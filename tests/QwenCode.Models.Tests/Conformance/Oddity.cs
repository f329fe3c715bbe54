using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests.Conformance;

/// <summary>One way in which a server that calls itself OpenAI-compatible answers, and what must come of it.</summary>
/// <param name="Name">The name, that of the case in <c>odd/openai.mjs</c> where there is one.</param>
/// <param name="Answer">What the server sends.</param>
internal sealed record Oddity(string Name, StubReply Answer)
{
    /// <summary>Gets the text that comes out.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Gets the thoughts that come out.</summary>
    public string Thought { get; init; } = string.Empty;

    /// <summary>Gets the calls that come out, each as <c>id name arguments</c>; <c>*</c> is an id of ours.</summary>
    public string[] Calls { get; init; } = [];

    /// <summary>Gets what the error says; <c>null</c> if there is none.</summary>
    public string? Error { get; init; }

    /// <summary>Gets what the advice of the error says.</summary>
    public string? Advice { get; init; }

    /// <summary>Gets how many requests are sent in all.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>Gets what the next request must hold.</summary>
    public string[] Next { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
