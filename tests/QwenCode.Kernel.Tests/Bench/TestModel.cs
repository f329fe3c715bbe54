using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models;

namespace QwenCode.Kernel.Tests.Bench;

/// <summary>A model whose answers are given by rules; the first that fits answers. Keeps every request it got.</summary>
internal sealed class TestModel : IChatClient
{
    private readonly List<(Func<Request, bool> When, Func<Request, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> Reply)> _rules = [];
    private readonly List<Request> _requests = [];

    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public TestModel Says(string text, Func<Request, bool>? when = null) => Answers(when, _ => [Text(text)]);

    public TestModel Calls(Func<Request, bool> when, params (string Id, string Name, string Json)[] calls) =>
        Answers(when, _ => [.. calls.Select(static call => Call(call.Id, call.Name, call.Json))]);

    public TestModel Answers(Func<Request, bool>? when, Func<Request, IReadOnlyList<AIContent>> contents) =>
        Streams(when, (request, _) => Once(contents(request), CountsTokens ? request.Tokens : 10));

    /// <summary>Gets or sets whether usage says how large the request was, instead of always the same.</summary>
    public bool CountsTokens { get; set; }

    /// <summary>Answers once the gate opens, or never.</summary>
    public TestModel Waits(Func<Request, bool> when, Task gate, string text = "late") => Streams(when, (_, token) => Late(gate, text, token));

    public TestModel Fails(Func<Request, bool> when, Exception exception) => Streams(when, (_, _) => Throw(exception));

    /// <summary>Lets go of the requests so far.</summary>
    public void Forget()
    {
        lock (_requests)
        {
            _requests.Clear();
        }
    }

    /// <summary>Lets the rule that was added last be asked first.</summary>
    public void MoveLastFirst()
    {
        var last = _rules[^1];
        _rules.RemoveAt(_rules.Count - 1);
        _rules.Insert(0, last);
    }

    public TestModel Streams(Func<Request, bool>? when, Func<Request, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> reply)
    {
        _rules.Add((when ?? (static _ => true), reply));
        return this;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new Request([.. messages], options!);
        lock (_requests)
        {
            _requests.Add(request);
        }

        return _rules.First(rule => rule.When(request)).Reply(request, cancellationToken);
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    public static TextContent Text(string text) => new(text);

    public static FunctionCallContent Call(string id, string name, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new FunctionCallContent(id, name) { RawRepresentation = new ToolCallArguments(json, document.RootElement.Clone(), false) };
        }
        catch (JsonException)
        {
            return new FunctionCallContent(id, name) { RawRepresentation = new ToolCallArguments(json, null, true) };
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Once(IReadOnlyList<AIContent> contents, int input = 10)
    {
        await Task.Yield();
        foreach (var content in contents)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [content]);
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = 2, TotalTokenCount = input + 2 })]) { FinishReason = ChatFinishReason.Stop };
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Late(Task gate, string text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        await foreach (var update in Once([Text(text)]))
        {
            yield return update;
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Throw(Exception exception)
    {
        await Task.Yield();
        throw exception;
#pragma warning disable CS0162 // An iterator needs a yield somewhere.
        yield break;
#pragma warning restore CS0162
    }
}

internal sealed record Request(IReadOnlyList<ChatMessage> Messages, ChatOptions Options)
{
    public ChatMessage Last => Messages[^1];

    public string LastText => Last.Text;

    public string LastUser => Messages.Last(static message => message.Role == ChatRole.User).Text;

    public bool EndsInUser => Last.Role == ChatRole.User;

    public bool EndsInTool => Last.Role == ChatRole.Tool;

    /// <summary>Gets how many tokens the request has: of a language in which one takes 3.2 characters.</summary>
    public int Tokens => (int)((Messages.Sum(static message => 10 + message.Contents.Sum(static content => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent thought => thought.Text.Length,
        FunctionCallContent call => call.Name.Length + (call.RawRepresentation is ToolCallArguments { Raw: var raw } ? raw.Length : 0),
        FunctionResultContent result => result.Result?.ToString()?.Length ?? 0,
        _ => 0,
    })) + Tools.Sum(static name => name.Length + 40)) / 3.2);

    public IEnumerable<string> Tools => Options.Tools?.Select(static tool => tool.Name) ?? [];

    public string ResultOf(string callId) => Messages.SelectMany(static message => message.Contents).OfType<FunctionResultContent>().Single(result => result.CallId == callId).Result!.ToString()!;
}
