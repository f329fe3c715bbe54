using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>
/// A session of the program <c>qwen</c>, which runs in a process of its own. Prompts run one after another. Safe to use from several
/// threads.
/// </summary>
public sealed class QwenClient : IAsyncDisposable
{
    private readonly QwenClientOptions _options;
    private readonly PromptRuns _runs = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HostRequests _requests;
    private readonly ControlChannel _control;
    private readonly ClientProcess _process;
    private int _isDisposed;

    private QwenClient(QwenClientOptions options)
    {
        _options = options;
        _requests = new HostRequests(options);
        _control = new ControlChannel((line, token) => _process!.WriteAsync(line, token));
        _process = ClientProcess.Start(options, Handshake.Arguments(options), Take);
        _ = WatchAsync();
    }

    /// <summary>Gets the id of the session; <see cref="QwenClientOptions.Resume"/> takes it.</summary>
    public string SessionId { get; private set; } = string.Empty;

    /// <summary>Starts the program and shakes hands.</summary>
    /// <param name="options">How it is started; <c>null</c> is all defaults.</param>
    /// <param name="cancellationToken">Ends the program again.</param>
    /// <exception cref="QwenClientException">The program cannot be started, ends, or refuses what the host brings.</exception>
    public static async Task<QwenClient> StartAsync(QwenClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QwenClientOptions();
        var client = new QwenClient(options);
        try
        {
            var answer = await client._control.RequestAsync("initialize", json => Handshake.Write(json, options), cancellationToken)
                .WaitAsync(options.StartTimeout, cancellationToken).ConfigureAwait(false);
            client.SessionId = answer.Text("session_id") ?? string.Empty;
            return client;
        }
        catch (Exception exception)
        {
            client._process.Kill();
            await client.DisposeAsync().ConfigureAwait(false);
            var seconds = options.StartTimeout.TotalSeconds;
            throw exception is TimeoutException
                ? new QwenClientException($"The program did not answer the handshake within {seconds:0.#} s.", exception) : exception;
        }
    }

    /// <summary>
    /// Sends a prompt, and returns the messages of its run as they come, the last of which is a <see cref="ResultMessage"/>.
    /// </summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="cancellationToken">Interrupts the run. The session goes on.</param>
    /// <exception cref="QwenClientException">The program ended before the run did.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public IAsyncEnumerable<QwenMessage> RunAsync(string prompt, CancellationToken cancellationToken = default) =>
        RunAsync([new TextContent(prompt)], cancellationToken);

    /// <summary>Sends a prompt of several parts, such as a text and images.</summary>
    /// <param name="prompt">Texts, and data whose media type begins with <c>image/</c>.</param>
    /// <param name="cancellationToken">Interrupts the run. The session goes on.</param>
    /// <exception cref="ArgumentException">A part is of another kind.</exception>
    /// <exception cref="QwenClientException">The program ended before the run did.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public IAsyncEnumerable<QwenMessage> RunAsync(IReadOnlyList<AIContent> prompt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var line = UserPrompt.Line(prompt);
        return ReadAsync(run => SendAsync(run, line, cancellationToken), cancellationToken);
    }

    /// <summary>Sends a prompt and waits for its result.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="cancellationToken">Interrupts the run. The session goes on.</param>
    /// <returns>The result, also of a run that failed: <see cref="ResultMessage.IsError"/>.</returns>
    /// <exception cref="QwenClientException">The program ended before the run did.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public async Task<ResultMessage> AskAsync(string prompt, CancellationToken cancellationToken = default)
    {
        ResultMessage? result = null;
        await foreach (var message in RunAsync(prompt, cancellationToken).ConfigureAwait(false))
        {
            result = message as ResultMessage ?? result;
        }

        return result!;
    }

    /// <summary>Goes on with the last turn if it was cut short, without a new prompt.</summary>
    /// <param name="cancellationToken">Interrupts the run. The session goes on.</param>
    /// <returns>The messages of the run; none if the last turn came to its end.</returns>
    /// <exception cref="QwenClientException">The program ended before the run did.</exception>
    public IAsyncEnumerable<QwenMessage> ContinueAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(run => ContinueAsync(run, cancellationToken), cancellationToken);

    /// <summary>Interrupts the run that goes on. Its result says so, and the session goes on.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="QwenClientException">The program ended.</exception>
    public Task InterruptAsync(CancellationToken cancellationToken = default) =>
        _control.RequestAsync("interrupt", static _ => { }, cancellationToken);

    /// <summary>Sets the model from the next request on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="QwenClientException">There is no such model, or the program ended.</exception>
    public Task SetModelAsync(string model, CancellationToken cancellationToken = default) =>
        _control.RequestAsync("set_model", json => json.WriteString("model"u8, model), cancellationToken);

    /// <summary>Sets what runs without asking, at once.</summary>
    /// <param name="mode"><c>plan</c>, <c>default</c>, <c>auto-edit</c> or <c>yolo</c>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="QwenClientException">It cannot be set, or the program ended.</exception>
    public Task SetApprovalModeAsync(string mode, CancellationToken cancellationToken = default) =>
        _control.RequestAsync("set_permission_mode", json => json.WriteString("mode"u8, mode), cancellationToken);

    /// <summary>Sets how hard the model thinks from the next request on.</summary>
    /// <param name="effort"><c>none</c>, <c>low</c>, <c>medium</c>, <c>high</c> or <c>max</c>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="QwenClientException">There is no such effort, or the program ended.</exception>
    public Task SetEffortAsync(string effort, CancellationToken cancellationToken = default) =>
        _control.RequestAsync("set_effort", json => json.WriteString("effort"u8, effort), cancellationToken);

    /// <summary>Returns the models of the settings by their ids.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="QwenClientException">The program ended.</exception>
    public async Task<IReadOnlyList<string>> GetModelsAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _control.RequestAsync("get_available_models", static _ => { }, cancellationToken).ConfigureAwait(false);
        return answer.Member("models") is { ValueKind: JsonValueKind.Array } models
            ? [.. models.EnumerateArray().Select(static model => model.Text("id") ?? string.Empty)] : [];
    }

    /// <summary>Returns the commands that a prompt may begin with, without the slash.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="QwenClientException">The program ended.</exception>
    public async Task<IReadOnlyList<string>> GetCommandsAsync(CancellationToken cancellationToken = default) =>
        (await _control.RequestAsync("supported_commands", static _ => { }, cancellationToken).ConfigureAwait(false)).Strings("commands");

    /// <summary>Returns what fills the model's window.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="QwenClientException">The program ended.</exception>
    public async Task<ContextUsage> GetContextUsageAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _control.RequestAsync("get_context_usage", static _ => { }, cancellationToken).ConfigureAwait(false);
        var parts = new Dictionary<string, long>();
        foreach (var part in answer.Member("breakdown") is { ValueKind: JsonValueKind.Object } given ? given.EnumerateObject() : default)
        {
            parts[part.Name] = answer.Member("breakdown").Whole(part.Name) ?? 0;
        }

        return new(
            answer.Text("modelName") ?? string.Empty, answer.Whole("totalTokens") ?? 0, answer.Whole("contextWindowSize") ?? 0, parts);
    }

    /// <summary>Returns what all recorded sessions of the user have used, as <c>get_usage_info</c> answers.</summary>
    /// <param name="range"><c>today</c>, <c>week</c>, <c>month</c> or <c>all</c>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="QwenClientException">There is no such range, or the program ended.</exception>
    public Task<JsonElement> GetUsageAsync(string range = "today", CancellationToken cancellationToken = default) =>
        _control.RequestAsync("get_usage_info", json => json.WriteString("range"u8, range), cancellationToken);

    /// <summary>
    /// Ends the session: what was sent is done first, for at most <see cref="QwenClientOptions.EndTimeout"/>; then the program is killed.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _process.CloseInputAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await _process.Ended.WaitAsync(_options.EndTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Kills the program, for tests.</summary>
    internal void Kill() => _process.Kill();

    private async ValueTask<bool> SendAsync(PromptRun run, ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        _runs.Add(run);
        await _process.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<bool> ContinueAsync(PromptRun run, CancellationToken cancellationToken)
    {
        _runs.Add(run);
        var answer = await _control.RequestAsync("continue_last_turn", static _ => { }, cancellationToken).ConfigureAwait(false);
        return answer.IsTrue("accepted");
    }

    private async IAsyncEnumerable<QwenMessage> ReadAsync(
        Func<PromptRun, ValueTask<bool>> beginAsync, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = new PromptRun();
        var isDone = false;
        try
        {
            if (!await beginAsync(run).ConfigureAwait(false))
            {
                _runs.Remove(run);
                isDone = true;
                yield break;
            }

            await foreach (var message in run.Messages.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                isDone = message is ResultMessage;
                yield return message;
            }
        }
        finally
        {
            // Whoever stops reading, by a token or by leaving the loop, does not want the rest.
            if (!isDone && !run.Messages.Completion.IsCompleted && _runs.Abandon(run))
            {
                await TryInterruptAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task TryInterruptAsync(CancellationToken cancellationToken)
    {
        try
        {
            await InterruptAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is QwenClientException or ObjectDisposedException)
        {
            // The program has ended, and the run with it.
        }
    }

    private void Take(string line)
    {
        JsonElement json;
        try
        {
            using var document = JsonDocument.Parse(line);
            json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            _options.OnErrorLine?.Invoke($"The program wrote a line that is no JSON: {line}");
            return;
        }

        switch (json.Text("type"))
        {
            case "control_response":
                _control.Take(json.Member("response"));
                break;
            case "control_request":
                _ = AnswerAsync(json.Text("request_id") ?? string.Empty, json.Member("request"), _stop.Token);
                break;
            default:
                Pass(MessageReader.Read(json));
                break;
        }
    }

    private void Pass(QwenMessage message)
    {
        _options.OnMessage?.Invoke(message);
        if (_runs.Pass(message))
        {
            _ = TryInterruptAsync(CancellationToken.None);
        }
    }

    // On the pool: what the host does must not keep the next line from being read.
    private async Task AnswerAsync(string id, JsonElement request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            var body = await _requests.HandleAsync(request, cancellationToken).ConfigureAwait(false);
            await _control.AnswerAsync(id, body, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // What the host's code throws is an answer, too; a guard that fails must not seem to agree.
            try
            {
                await _control.RefuseAsync(id, exception.Message, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is QwenClientException or ObjectDisposedException)
            {
                // Nobody waits for the answer any more.
            }
        }
    }

    private async Task WatchAsync()
    {
        var code = await _process.Ended.ConfigureAwait(false);
        var errors = _process.ErrorText;
        var fault = new QwenClientException(
            $"The program ended with exit code {code}{(errors.Length == 0 ? "." : ": " + errors)}") { ExitCode = code };
        _control.Fail(fault);
        _runs.Fail(fault);
    }
}
