using System.Text.Json;

namespace QwenCode.Client;

/// <summary>What is decided about a call that needs approval.</summary>
public sealed record ToolDecision
{
    private ToolDecision()
    {
    }

    /// <summary>Gets whether the call runs.</summary>
    public bool IsAllowed { get; private init; }

    /// <summary>Gets what it runs with instead; <c>null</c> leaves its input as it is.</summary>
    public JsonElement? Input { get; private init; }

    /// <summary>Gets what the model reads of a refusal.</summary>
    public string? Message { get; private init; }

    /// <summary>Lets the call run once.</summary>
    /// <param name="input">What it runs with instead; <c>null</c> leaves its input as it is.</param>
    public static ToolDecision Allow(JsonElement? input = null) => new() { IsAllowed = true, Input = input };

    /// <summary>Refuses the call.</summary>
    /// <param name="message">What the model reads.</param>
    public static ToolDecision Deny(string message = "Denied") => new() { Message = message };
}
