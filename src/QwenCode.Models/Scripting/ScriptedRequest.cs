using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Scripting;

/// <summary>What a <see cref="ScriptedModel"/> was sent.</summary>
public sealed class ScriptedRequest
{
    private readonly Dictionary<string, string> _toolOfCall = new(StringComparer.Ordinal);

    internal ScriptedRequest(int number, IReadOnlyList<ChatMessage> messages, ChatOptions? options, string model)
    {
        (Number, Messages, Options, Model) = (number, messages, options, model);
        System = string.Join(
            '\n', Texts(messages, ChatRole.System).Prepend(options?.Instructions ?? string.Empty).Where(static text => text.Length > 0));
        for (var i = messages.Count - 1; i >= 0 && LastUserIndex < 0; i--)
        {
            LastUserIndex = messages[i].Role == ChatRole.User ? i : -1;
        }

        foreach (var call in messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>())
        {
            _toolOfCall[call.CallId] = call.Name;
        }
    }

    /// <summary>Gets which request it is, from 1.</summary>
    public int Number { get; }

    /// <summary>Gets the conversation.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>Gets the options.</summary>
    public ChatOptions? Options { get; }

    /// <summary>Gets the model asked for.</summary>
    public string Model { get; }

    /// <summary>Gets the system prompt.</summary>
    public string System { get; }

    /// <summary>Gets the text of the last message of the user.</summary>
    public string LastUser => LastUserIndex < 0 ? string.Empty : TextOf(Messages[LastUserIndex]);

    /// <summary>Gets the text of the last message; of a tool's message, its results.</summary>
    public string Last => Messages.Count == 0 ? string.Empty : TextOf(Messages[^1]);

    /// <summary>Gets the role of the last message.</summary>
    public string LastRole => Messages.Count == 0 ? string.Empty : Messages[^1].Role.Value;

    /// <summary>Gets the names of the tools that were offered.</summary>
    public IReadOnlyList<string> Tools => [.. (Options?.Tools ?? []).Select(static tool => tool.Name)];

    /// <summary>Gets all text of the conversation.</summary>
    public string Any => string.Join('\n', Messages.Select(TextOf).Prepend(Options?.Instructions ?? string.Empty));

    /// <summary>Gets how often the model has spoken since the user last did.</summary>
    public int Step => Messages.Skip(LastUserIndex + 1).Count(static message => message.Role == ChatRole.Assistant);

    private int LastUserIndex { get; } = -1;

    /// <summary>Gives the results that tools returned since the user last spoke, in order.</summary>
    /// <param name="tool">The tool, or <c>null</c> for all.</param>
    public IReadOnlyList<string> Results(string? tool = null) =>
    [
        .. Messages.Skip(LastUserIndex + 1)
            .SelectMany(static message => message.Contents)
            .OfType<FunctionResultContent>()
            .Where(result => tool is null || _toolOfCall.GetValueOrDefault(result.CallId) == tool)
            .Select(TextOf),
    ];

    private static IEnumerable<string> Texts(IEnumerable<ChatMessage> messages, ChatRole role) =>
        messages.Where(message => message.Role == role).Select(TextOf);

    private static string TextOf(ChatMessage message) => string.Join('\n', message.Contents.Select(static content => content switch
    {
        TextReasoningContent => string.Empty,
        TextContent text => text.Text,
        FunctionResultContent result => TextOf(result),
        DataContent data => $"[{data.MediaType}]",
        UriContent uri => $"[{uri.MediaType}]",
        _ => string.Empty,
    }).Where(static text => text.Length > 0));

    private static string TextOf(FunctionResultContent result) =>
        string.Join('\n', ResultContents.Of(result)
            .Select(static part => part is TextContent text ? text.Text : $"[{(part as DataContent)?.MediaType ?? "media"}]"));
}
