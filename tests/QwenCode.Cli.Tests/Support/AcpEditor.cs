using System.Collections.Concurrent;
using System.Text.Json;

namespace QwenCode.Cli.Tests.Support;

/// <summary>
/// An editor that drives the program by the Agent Client Protocol. Each message of the program is held against the official schema; what
/// does not fit fails the test when the editor is closed.
/// </summary>
internal sealed class AcpEditor : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, (string Method, TaskCompletionSource<JsonElement> Answer)> _open = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly List<JsonElement> _updates = [];
    private readonly List<JsonElement> _requests = [];
    private readonly List<(Func<JsonElement, bool> Fits, TaskCompletionSource<JsonElement> Waiter)> _waiters = [];
    private readonly QwenProcess _process;
    private int _lastId;

    private AcpEditor(QwenProcess process)
    {
        _process = process;
        process.OnLine = Take;
    }

    /// <summary>Gets or sets what answers a request of the program: JSON of the result, or <c>null</c> to leave it open.</summary>
    public Func<JsonElement, string?> OnRequest { get; set; } = static request => Method(request) == "session/request_permission"
        ? Choose(request, "allow_once") : """{"content":""}""";

    /// <summary>Gets the terminals, which answer what <see cref="OnRequest"/> would otherwise.</summary>
    public EditorTerminals? Terminals { get; private set; }

    public QwenProcess Process => _process;

    public string SessionId { get; private set; } = string.Empty;

    /// <summary>Gets the parameters of each update so far.</summary>
    public IReadOnlyList<JsonElement> Updates
    {
        get
        {
            lock (_updates)
            {
                return [.. _updates];
            }
        }
    }

    /// <summary>Gets the requests of the program so far.</summary>
    public IReadOnlyList<JsonElement> Requests
    {
        get
        {
            lock (_updates)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Starts the program, and shakes hands.</summary>
    public static async Task<AcpEditor> StartAsync(Room room, string capabilities = "{}", params string[] args)
    {
        var editor = new AcpEditor(room.StartOpen(["--acp", .. args]));
        await editor.AskAsync("initialize", $$"""{"protocolVersion":1,"clientCapabilities":{{capabilities}}}""");
        return editor;
    }

    /// <summary>Starts the program, and opens a session on the workspace.</summary>
    public static async Task<AcpEditor> OpenAsync(Room room, string capabilities = "{}", params string[] args)
    {
        var editor = await StartAsync(room, capabilities, args);
        editor.SessionId = await editor.OpenSessionAsync(room.Workspace);
        return editor;
    }

    /// <summary>Gives the editor terminals.</summary>
    public EditorTerminals AddTerminals() => Terminals = new EditorTerminals(Send);

    /// <summary>Gets the methods of the requests so far about terminals, in order.</summary>
    public IReadOnlyList<string> TerminalRequests =>
        [.. Requests.Select(static request => Method(request)!).Where(static method => method.StartsWith("terminal/", StringComparison.Ordinal))];

    public async Task<string> OpenSessionAsync(string directory) =>
        (await AskAsync("session/new", $$"""{"cwd":{{ModelReply.Quote(directory)}},"mcpServers":[]}""")).GetProperty("sessionId").GetString()!;

    /// <summary>Sends a request, and waits for its result.</summary>
    /// <exception cref="AcpError">It was answered with an error.</exception>
    public Task<JsonElement> AskAsync(string method, string parameters)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = (method, answer);
        Send($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");
        return WaitAsync(answer.Task, method);
    }

    /// <summary>Sends a prompt of text, and waits for the reason of its end.</summary>
    public async Task<string> PromptAsync(string text, string? session = null) =>
        (await AskAsync("session/prompt", $$"""{"sessionId":"{{session ?? SessionId}}","prompt":[{"type":"text","text":{{ModelReply.Quote(text)}}}]}"""))
        .GetProperty("stopReason").GetString()!;

    public void Notify(string method, string parameters) => Send($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""");

    public void Cancel() => Notify("session/cancel", $$"""{"sessionId":"{{SessionId}}"}""");

    public void Send(string line) => _process.Type(line);

    /// <summary>Waits for an update or a request of the program that is or was there.</summary>
    public Task<JsonElement> WaitForAsync(Func<JsonElement, bool> fits)
    {
        lock (_updates)
        {
            if (_updates.Concat(_requests).FirstOrDefault(fits) is { ValueKind: not JsonValueKind.Undefined } there)
            {
                return Task.FromResult(there);
            }

            var waiter = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((fits, waiter));
            return WaitAsync(waiter.Task, "what was waited for");
        }
    }

    /// <summary>Gets the text of the pieces of one kind, joined.</summary>
    public string TextOf(string kind = "agent_message_chunk") => string.Concat(
        Updates.Select(static update => update.GetProperty("update")).Where(update => update.GetProperty("sessionUpdate").GetString() == kind)
            .Select(static update => update.GetProperty("content").TryGetProperty("text", out var text) ? text.GetString() : string.Empty));

    /// <summary>Gets the updates of one kind.</summary>
    public IReadOnlyList<JsonElement> UpdatesOf(string kind) =>
        [.. Updates.Select(static update => update.GetProperty("update")).Where(update => update.GetProperty("sessionUpdate").GetString() == kind)];

    /// <summary>Returns the answer that chooses the first option of a kind.</summary>
    public static string Choose(JsonElement request, string kind)
    {
        var option = request.GetProperty("params").GetProperty("options").EnumerateArray().First(option => option.GetProperty("kind").GetString() == kind);
        return $$$"""{"outcome":{"outcome":"selected","optionId":"{{{option.GetProperty("optionId").GetString()}}}"}}""";
    }

    public static string? Method(JsonElement message) => message.TryGetProperty("method", out var method) ? method.GetString() : null;

    /// <summary>Closes the input, waits for the end, and fails if a message did not fit the schema.</summary>
    public async Task<QwenResult> CloseAsync()
    {
        _process.CloseInput();
        var result = await _process.EndAsync();
        _faults.ShouldBeEmpty();
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Terminals?.Dispose();
        _faults.ShouldBeEmpty();
    }

    private async Task<JsonElement> WaitAsync(Task<JsonElement> answer, string what)
    {
        try
        {
            return await answer.WaitAsync(QwenProcess.Patience);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{what} never came.\nOutput:\n{_process.Output}\nError:\n{_process.Error}", exception);
        }
    }

    private void Take(string line)
    {
        var message = JsonElement.Parse(line);
        if (Method(message) is { } method)
        {
            Check(message, null);
            var isRequest = message.TryGetProperty("id", out var id);
            lock (_updates)
            {
                (isRequest ? _requests : _updates).Add(isRequest ? message : message.GetProperty("params"));
                var seen = isRequest ? message : message.GetProperty("params");
                _waiters.RemoveAll(waiting => waiting.Fits(seen) && waiting.Waiter.TrySetResult(seen));
            }

            if (isRequest && Terminals is { } terminals && method.StartsWith("terminal/", StringComparison.Ordinal))
            {
                terminals.Take(message);
            }
            else if (isRequest && OnRequest(message) is { } result)
            {
                Send($$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},{{(result.StartsWith("\"error\"", StringComparison.Ordinal) ? result : $"\"result\":{result}")}}}""");
            }
        }
        else if (message.GetProperty("id") is { ValueKind: JsonValueKind.Number } id && _open.TryRemove(id.GetInt32(), out var asked))
        {
            Check(message, asked.Method);
            if (message.TryGetProperty("error", out var error))
            {
                asked.Answer.SetException(new AcpError(error));
            }
            else
            {
                asked.Answer.SetResult(message.GetProperty("result"));
            }
        }
    }

    private void Check(JsonElement message, string? asked)
    {
        try
        {
            if (AcpSchema.Fault(message, asked) is { Length: > 0 } fault)
            {
                _faults.Enqueue($"{fault}\n{message}");
            }
        }
        catch (Exception exception)
        {
            // On the thread that reads: thrown there, it would end the reading and not the test.
            _faults.Enqueue($"The schema cannot be used: {exception}\n{message}");
        }
    }
}

/// <summary>A request was answered with an error.</summary>
internal sealed class AcpError(JsonElement error) : Exception(error.GetRawText())
{
    public int Code => error.GetProperty("code").GetInt32();

    public string Details => error.TryGetProperty("data", out var data) && data.TryGetProperty("details", out var details) ? details.GetString()! : string.Empty;
}
