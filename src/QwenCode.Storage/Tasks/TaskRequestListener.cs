using System.IO.Pipes;
using QwenCode.Platform.Json;
using QwenCode.Storage.Json;

namespace QwenCode.Storage.Tasks;

/// <summary>
/// Answers the requests of other processes, one at a time, for the process that keeps a session's tasks. Start it with the session's first
/// background task and after the journal has its lock: two listeners of one session would take each other's requests.
/// </summary>
public sealed class TaskRequestListener : IAsyncDisposable
{
    /// <summary>A client that connects and says nothing, or does not read, must not keep others out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Func<TaskRequest, CancellationToken, ValueTask<TaskReply>> _answer;
    private readonly Action<string> _report;
    private readonly TimeProvider _timeProvider;
    private readonly Task _serving;

    /// <summary>Begins to listen.</summary>
    /// <param name="journalPath">The session's journal of tasks.</param>
    /// <param name="answer">Does what is asked and says what came of it. What it throws is the reply.</param>
    /// <param name="report">Gets a sentence if no one can connect.</param>
    /// <param name="timeProvider">Measures how long a silent caller is waited for.</param>
    public TaskRequestListener(string journalPath, Func<TaskRequest, CancellationToken, ValueTask<TaskReply>> answer, Action<string> report,
        TimeProvider timeProvider)
    {
        (_answer, _report, _timeProvider) = (answer, report, timeProvider);
        NamedPipeServerStream? pipe = null;
        try
        {
            pipe = new NamedPipeServerStream(
                TaskRequests.PipeName(journalPath), PipeDirection.InOut, 1, PipeTransmissionMode.Byte,
                PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or PlatformNotSupportedException or ArgumentException)
        {
            report($"Background tasks of this session cannot be stopped from another process: {exception.Message}");
        }

        _serving = pipe is null ? Task.CompletedTask : ServeAsync(pipe, _stop.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _serving.ConfigureAwait(false);
            _stop.Dispose();
        }
    }

    private async Task ServeAsync(NamedPipeServerStream pipe, CancellationToken cancellationToken)
    {
        await using (pipe.ConfigureAwait(false))
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    await pipe.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
                    await AnswerAsync(pipe, cancellationToken).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    // Either we stop, and the loop ends, or a caller tried our patience, and the next one has his turn.
                }
                catch (IOException)
                {
                    // The caller went away; what it asked for has been done or not.
                }

                TryDisconnect(pipe);
            }
        }
    }

    /// <summary>
    /// Makes the pipe ready for the next caller. One whose caller left in the middle is "broken", not "connected", and needs it
    /// too.
    /// </summary>
    private static void TryDisconnect(NamedPipeServerStream pipe)
    {
        try
        {
            pipe.Disconnect();
        }
        catch (InvalidOperationException)
        {
            // No client was connected: we were stopped while waiting.
        }
    }

    private async ValueTask AnswerAsync(NamedPipeServerStream pipe, CancellationToken cancellationToken)
    {
        TaskRequest? request;
        using (var patience = new CancellationTokenSource(Patience, _timeProvider))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token))
        {
            request = await TaskRequests.ReadLineAsync(
                pipe, static json => json.Text("op"u8) is { } operation && json.Text("id"u8) is { } id
                    ? new TaskRequest(operation, id) : null, either.Token).ConfigureAwait(false);
        }

        TaskReply reply;
        try
        {
            reply = request is null
                ? new TaskReply(false, "The request makes no sense to this version of the program.")
                : await _answer(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever goes wrong with one request, the client gets an answer, and the next can connect.
            _report($"The request '{request?.Operation}' for the task '{request?.TaskId}' failed: {exception.Message}");
            reply = new TaskReply(false, exception.Message);
        }

        using var patient = new CancellationTokenSource(Patience, _timeProvider);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patient.Token);
        await TaskRequests.WriteLineAsync(pipe, reply, static (writer, reply) =>
        {
            writer.WriteBoolean("done"u8, reply.IsDone);
            writer.WriteText("message"u8, reply.Message);
        }, any.Token).ConfigureAwait(false);
        await pipe.FlushAsync(any.Token).ConfigureAwait(false);
    }
}
