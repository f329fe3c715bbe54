using System.Text.Json;

namespace QwenCode.Client;

/// <summary>A hook that runs in this process, behind those of the settings.</summary>
/// <param name="Event">The event, such as <c>PreToolUse</c>.</param>
/// <param name="RunAsync">
/// Takes the input of the hook, and returns its output, such as <c>{"decision":"block","reason":"…"}</c>; <c>null</c> has no say. If it
/// throws, it has none either, and standard error says so.
/// </param>
public sealed record ClientHook(string Event, Func<JsonElement, CancellationToken, ValueTask<JsonElement?>> RunAsync)
{
    /// <summary>Gets the tools or agents that it runs for: names, separated by <c>|</c>.</summary>
    /// <value>The default is <c>*</c>, all of them.</value>
    public string Matcher { get; init; } = "*";

    /// <summary>Gets how long it may take; then it has no say.</summary>
    /// <value>The default is 60 s.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
