using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Text;

namespace QwenCode.Models.Scripting;

/// <summary>
/// A model that plays a script: for demonstrations without a network, and for tests of agents and plugins. Rules are tried in order,
/// and the first that fits answers. Safe to use by any number of agents at once; rules are added before the first request.
/// </summary>
/// <example>
/// <code>
/// var model = new ScriptedModel();
/// model.When(lastUser: "how many").Calls("count_lines", """{"path":"a.txt"}""").Then.Says("${last} lines");
/// model.Says("Good bye.");                 // whatever is asked otherwise, once
/// </code>
/// </example>
public sealed class ScriptedModel : IChatClient
{
    private readonly List<ScriptedRule> _rules = [];
    private readonly List<ScriptedRequest> _requests = [];
    private readonly List<(int Number, TaskCompletionSource<ScriptedRequest> Waiter)> _waiters = [];
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private int _served;
    private int _calls;

    /// <summary>Creates a model without rules.</summary>
    /// <param name="name">The name errors use; a loaded script's file.</param>
    /// <param name="timeProvider">The clock delays go by.</param>
    public ScriptedModel(string name = "script", TimeProvider? timeProvider = null) =>
        (Name, _timeProvider) = (name, timeProvider ?? TimeProvider.System);

    /// <summary>Gets the name errors use.</summary>
    public string Name { get; }

    /// <summary>Gets the model's id. The default is <c>scripted</c>.</summary>
    public string ModelId { get; init; } = "scripted";

    /// <summary>
    /// Gets whether requests are kept. The default is <c>true</c>; a demonstration with thousands of agents wants <c>false</c>.
    /// </summary>
    public bool KeepsRequests { get; init; } = true;

    /// <summary>Gets what the model was sent so far, in order.</summary>
    public IReadOnlyList<ScriptedRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Reads a script from a YAML file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="timeProvider">The clock delays go by.</param>
    /// <exception cref="ModelScriptException">The script is wrong; the message names file and line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ScriptedModel Load(string path, TimeProvider? timeProvider = null) => Parse(File.ReadAllText(path), path, timeProvider);

    /// <summary>Reads a script from YAML text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="name">The name errors use.</param>
    /// <param name="timeProvider">The clock delays go by.</param>
    /// <param name="keepsRequests">Whether requests are kept.</param>
    /// <exception cref="ModelScriptException">The script is wrong; the message names file and line.</exception>
    public static ScriptedModel Parse(string yaml, string name = "script", TimeProvider? timeProvider = null, bool keepsRequests = true)
    {
        var model = new ScriptedModel(name, timeProvider) { KeepsRequests = keepsRequests };
        new ScriptReader(name).Read(yaml, model);
        return model;
    }

    /// <summary>
    /// Adds a rule for requests in which all given patterns are found. Patterns are regular expressions; a point also matches a
    /// line feed.
    /// </summary>
    /// <param name="lastUser">Over the last message of the user.</param>
    /// <param name="last">Over the last message, results of tools included.</param>
    /// <param name="lastRole">Over the role of the last message.</param>
    /// <param name="system">Over the system prompt.</param>
    /// <param name="tools">Over the names of the offered tools, joined by commas.</param>
    /// <param name="model">Over the model's id.</param>
    /// <param name="any">Over all text of the conversation.</param>
    /// <param name="times">How many requests the rule may answer; <c>null</c> is any number.</param>
    public ScriptedRule When(
        string? lastUser = null, string? last = null, string? lastRole = null, string? system = null, string? tools = null,
        string? model = null, string? any = null, int? times = null) =>
        Add(
            new ScriptMatcher
            {
                LastUser = ScriptMatcher.Pattern(lastUser),
                Last = ScriptMatcher.Pattern(last),
                LastRole = ScriptMatcher.Pattern(lastRole),
                System = ScriptMatcher.Pattern(system),
                Tools = ScriptMatcher.Pattern(tools),
                Model = ScriptMatcher.Pattern(model),
                Any = ScriptMatcher.Pattern(any),
            },
            times);

    /// <summary>Answers the next request that no earlier rule answers with text; once.</summary>
    /// <param name="text">The text.</param>
    public ScriptedModel Says(string text) => Once(new ScriptedReply { Text = text });

    /// <summary>Answers the next request that no earlier rule answers with a call; once.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="argumentsJson">The arguments, just as the model writes them.</param>
    /// <param name="id">The call's id; <c>null</c> makes one.</param>
    public ScriptedModel Calls(string tool, string argumentsJson = "{}", string? id = null) =>
        Once(new ScriptedReply { Calls = [new(tool, argumentsJson, id)] });

    /// <summary>Fails the next request that no earlier rule answers; once.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">What the provider says.</param>
    public ScriptedModel Fails(int status, string message) => Once(new ScriptedReply { Error = Error(status, message) });

    /// <summary>Answers the next request that no earlier rule answers; once.</summary>
    /// <param name="reply">The reply.</param>
    public ScriptedModel Once(ScriptedReply reply)
    {
        Add(new ScriptMatcher(), times: 1).Add(reply);
        return this;
    }

    /// <summary>Waits until the model was sent a certain number of requests. Needs <see cref="KeepsRequests"/>.</summary>
    /// <param name="number">Which request, from 1.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public Task<ScriptedRequest> WaitForRequestAsync(int number, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_requests.Count >= number)
            {
                return Task.FromResult(_requests[number - 1]);
            }

            var waiter = new TaskCompletionSource<ScriptedRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((number, waiter));
            return waiter.Task.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new ScriptedRequest(Interlocked.Increment(ref _served), [.. messages], options?.Clone(), options?.ModelId ?? ModelId);
        Keep(request);
        var reply = Find(request);
        var values = new ScriptValues(request, reply);
        if (reply.Gate is { } gate)
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, _timeProvider, cancellationToken).ConfigureAwait(false);
        }

        var id = FormattableString.Invariant($"scripted-{request.Number}");
        var text = values.Fill(reply.Text ?? string.Empty);
        var thinking = values.Fill(reply.Thinking ?? string.Empty);
        foreach (var piece in Pieces(thinking, reply.ChunkSize))
        {
            yield return Update(id, request, new TextReasoningContent(piece));
            await PauseAsync(reply, cancellationToken).ConfigureAwait(false);
        }

        foreach (var piece in Pieces(text, reply.ChunkSize))
        {
            yield return Update(id, request, new TextContent(piece));
            await PauseAsync(reply, cancellationToken).ConfigureAwait(false);
        }

        foreach (var update in reply.Updates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }

        if (reply.Error is { } error)
        {
            // A new one each time: an exception that is thrown twice tells the wrong story.
            throw new ModelException(error.Fault, values.Fill(error.Message), error.Status, error.Advice);
        }

        var contents = new List<AIContent>();
        var length = text.Length + thinking.Length;
        foreach (var call in reply.Calls)
        {
            var arguments = call.Fill?.Invoke(values) ?? values.Fill(call.Arguments);
            length += arguments.Length;
            contents.Add(ToolCalls.Create(
                call.Id ?? FormattableString.Invariant($"call_{Interlocked.Increment(ref _calls)}"), call.Name, arguments));
        }

        contents.Add(new UsageContent(reply.Usage ?? Estimate(request, length)));
        var last = Update(id, request, [.. contents]);
        last.FinishReason = reply.FinishReason ?? (reply.Calls.Count > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop);
        yield return last;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    /// <summary>Makes the failure a status stands for.</summary>
    internal static ModelException Error(int status, string message)
    {
        var fault = status switch
        {
            401 or 403 => ModelFault.Unauthorized,
            404 => ModelFault.NotFound,
            413 => ModelFault.TooLong,
            408 => ModelFault.Timeout,
            429 => ModelFault.RateLimited,
            >= 500 => ModelFault.ServerError,
            0 => ModelFault.Unreachable,
            _ => ModelFault.Refused,
        };
        return status > 0 ? new(fault, FormattableString.Invariant($"{status} {message}"), status) : new(fault, message);
    }

    /// <summary>Adds a rule.</summary>
    internal ScriptedRule Add(ScriptMatcher matcher, int? times)
    {
        var rule = new ScriptedRule(this, matcher, times);
        _rules.Add(rule);
        return rule;
    }

    private static IEnumerable<string> Pieces(string text, int size)
    {
        for (var at = 0; at < text.Length;)
        {
            var count = TextCut.After(text, Math.Min(at + Math.Max(size, 1), text.Length)) - at;
            yield return text.Substring(at, count);
            at += count;
        }
    }

    private static UsageDetails Estimate(ScriptedRequest request, int length)
    {
        // Four characters a token, the usual rule of thumb.
        var input = 1 + (request.Any.Length / 4);
        var output = Math.Max(1, length / 4);
        return new() { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output };
    }

    private static ChatResponseUpdate Update(string id, ScriptedRequest request, params AIContent[] contents) =>
        new(ChatRole.Assistant, [.. contents])
    {
        ResponseId = id,
        MessageId = id,
        ModelId = request.Model,
    };

    private async ValueTask PauseAsync(ScriptedReply reply, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (reply.ChunkDelay > TimeSpan.Zero)
        {
            await Task.Delay(reply.ChunkDelay, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Keep(ScriptedRequest request)
    {
        if (!KeepsRequests)
        {
            return;
        }

        lock (_lock)
        {
            _requests.Add(request);
            _waiters.RemoveAll(waiting => waiting.Number <= _requests.Count && waiting.Waiter.TrySetResult(_requests[waiting.Number - 1]));
        }
    }

    private ScriptedReply Find(ScriptedRequest request)
    {
        try
        {
            foreach (var rule in _rules)
            {
                if (rule.Answer(request) is { } reply)
                {
                    return reply;
                }
            }
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new ModelScriptException(
                Name, 0, $"The pattern '{exception.Pattern}' takes too long on this request; make it simpler.", exception);
        }

        throw new ModelException(
            ModelFault.Refused,
            $"The script '{Name}' has no answer for request {request.Number} (last role '{request.LastRole}', step {request.Step}): "
            + $"user said '{Short(request.LastUser)}', last was '{Short(request.Last)}', tools were "
            + $"'{Short(string.Join(',', request.Tools))}'.",
            advice: "Add a rule whose patterns fit, or one without patterns at the end.");

        static string Short(string text) => text.Length <= 200 ? text : string.Concat(text.AsSpan(0, 200), "…");
    }
}
