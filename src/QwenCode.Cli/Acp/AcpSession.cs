using Microsoft.Extensions.AI;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;

namespace QwenCode.Cli.Acp;

/// <summary>
/// An open session of a client. One prompt is worked on at a time; a further one interrupts it and takes its place. Ends of background
/// tasks and schedules lead to turns of their own, also while no prompt is worked on.
/// </summary>
internal sealed class AcpSession : IFrontEnd, IAsyncDisposable
{
    private static readonly RunOutcome Cancelled = new(RunEnd.Cancelled, string.Empty, 0, TimeSpan.Zero, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<RunOutcome>> _prompts = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly AcpFrontEnd _updates;
    private readonly RunTracker _tracker;
    private readonly AcpPermissions _permissions;
    private readonly PromptReader _reader;
    private readonly SessionMcpServers _servers;
    private readonly ISession _session;
    private TurnFailed? _failure;
    private IReadOnlyList<string> _commands = [];
    private CancellationTokenSource? _reading;
    private int _ahead;

    // Counts the cancels: a prompt that was sent before the last one and has not begun does not begin.
    private int _epoch;
    private bool _isCancelling;
    private bool _isOver;

    /// <exception cref="QwenCodeException">The session cannot be opened.</exception>
    public AcpSession(AcpWorkspace workspace, SessionRequest request, JsonRpcPeer peer, AcpClient client)
    {
        Workspace = workspace;
        Id = (request.Resume ?? request.Id)!.Value.Value;
        _updates = new AcpFrontEnd(peer, client, Id, () => _updates!.ShowConfiguration(State));
        _tracker = new RunTracker(_updates);
        ISession? session = null;
        _permissions = new AcpPermissions(_tracker, peer, Id, answer => Volatile.Read(ref session)?.Send(answer));
        request = request with { ClientFiles = new AcpFiles(peer, client, Id) };
        _servers = request.Servers!;
        _reader = PromptReader.For(workspace.Project, workspace.Sessions.PolicyFor(request).Policy, _servers);
        _session = workspace.Sessions.Open(request, this);
        Volatile.Write(ref session, _session);
    }

    public AcpWorkspace Workspace { get; }

    public string Id { get; }

    public SessionInfo Info => _session.Info;

    /// <summary>Gets the choices of the session and what is chosen.</summary>
    public AcpSessionState State => AcpModels.State(Workspace.Project.Models, _session.Info);

    /// <summary>Says which commands a prompt may begin with, unless the client knows.</summary>
    public void ShowCommands()
    {
        var commands = PromptReader.Described(_servers);
        string[] names = [.. commands.Select(static command => command.Name)];
        if (!names.SequenceEqual(_commands))
        {
            _commands = names;
            _updates.ShowCommands(commands);
        }
    }

    /// <summary>Works on a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="cancellationToken">Ends the waiting for prompts in front of it.</param>
    /// <returns>Why the work ended, in the protocol's words.</returns>
    /// <exception cref="JsonRpcException">The model failed, or the prompt names a command that cannot be used.</exception>
    public async Task<string> PromptAsync(AcpPrompt prompt, CancellationToken cancellationToken)
    {
        if (prompt.IsEmpty)
        {
            throw JsonRpcException.InvalidParams("The prompt is empty.");
        }

        if (SlashCommands.Refuse(prompt.Text) is { } refusal)
        {
            throw JsonRpcException.Internal(refusal);
        }

        // Up to here in the order of the calls; from now on the prompts wait in line.
        if (Interlocked.Increment(ref _ahead) > 1)
        {
            Cancel();
        }

        var epoch = Volatile.Read(ref _epoch);
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return StopReason(await SendAsync(prompt, epoch, cancellationToken).ConfigureAwait(false));
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _ahead);
        }
    }

    /// <summary>Ends the work on a prompt; with none, what the session works on by itself.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _epoch++;
            _isCancelling = _prompts.Count > 0;
            _reading?.CancelAsync();
        }

        // Not while the gate is held: what the interrupt cancels raises events, which take it.
        _session.Send(new InterruptInput());
    }

    /// <exception cref="JsonRpcException">There is no such mode, or it cannot be had here.</exception>
    public void SetMode(string? word)
    {
        if (!ApprovalModes.TryParse(word, out var mode))
        {
            throw JsonRpcException.InvalidParams(
                $"There is no mode '{word}'; it must be one of: {string.Join(", ", ApprovalModes.Names)}.");
        }

        if (!Workspace.Project.Settings.IsTrusted && mode is ApprovalMode.AutoEdit or ApprovalMode.Yolo)
        {
            throw JsonRpcException.InvalidParams($"The mode '{word}' cannot be set: this folder is not trusted.");
        }

        Change(new SetApprovalModeInput(mode));
    }

    /// <exception cref="JsonRpcException">There is no such model.</exception>
    public void SetModel(string? id)
    {
        if (string.IsNullOrWhiteSpace(id))
        {
            throw JsonRpcException.InvalidParams("The model's id is missing.");
        }

        var before = _tracker.ModelChanges;
        Change(new SetModelInput(AcpModels.Selector(Workspace.Project.Models, id)));
        if (_tracker.ModelChanges == before)
        {
            throw JsonRpcException.Internal(_tracker.LastNotice ?? $"The model '{id}' cannot be used.");
        }
    }

    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case TurnFailed failed:
                _failure = failed;
                break;
            case NoticeRaised notice:
                StandardStreams.ErrorLine(notice.Text);
                break;
        }

        _permissions.OnEvent(agentEvent);
        switch (agentEvent)
        {
            case RunCompleted completed:
                // Servers that connected in the meantime bring commands.
                ShowCommands();
                Complete(completed);
                break;
            case SessionEnded:
                End();
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync().ConfigureAwait(false);
        End();
    }

    private void Change(SessionInput change)
    {
        _updates.IsClientChanging = true;
        try
        {
            _session.Send(change);
        }
        finally
        {
            _updates.IsClientChanging = false;
        }
    }

    private async Task<RunOutcome> SendAsync(AcpPrompt prompt, int epoch, CancellationToken cancellationToken)
    {
        if (await ReadAsync(prompt, epoch, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            return Cancelled;
        }

        var done = new TaskCompletionSource<RunOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isOver)
            {
                throw JsonRpcException.Internal($"Session not found: {Id}");
            }

            if (_epoch != epoch)
            {
                return Cancelled;
            }

            (_isCancelling, _failure) = (false, null);
            _prompts.Enqueue(done);
        }

        _session.Send(new PromptInput(content));
        if (Volatile.Read(ref _epoch) != epoch)
        {
            // Cancelled in this instant, when there was nothing to interrupt yet.
            _session.Send(new InterruptInput());
        }

        // To its end, whatever happens: the end of the process ends the session, and with it the run.
        return await done.Task.ConfigureAwait(false);
    }

    /// <summary>Returns what of a prompt goes to the session; <c>null</c> if it was cancelled before.</summary>
    private async ValueTask<IReadOnlyList<AIContent>?> ReadAsync(AcpPrompt prompt, int epoch, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            if (_epoch != epoch)
            {
                return null;
            }

            _reading = reading;
        }

        try
        {
            var read = await _reader.ReadAsync(prompt.Text, reading.Token).ConfigureAwait(false);
            return read.Refusal is { } refusal ? throw JsonRpcException.Internal(refusal) : [.. read.Content, .. prompt.Attachments];
        }
        catch (OperationCanceledException) when (reading.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            lock (_gate)
            {
                _reading = null;
            }
        }
    }

    private void Complete(RunCompleted completed)
    {
        TaskCompletionSource<RunOutcome>? done = null;
        lock (_gate)
        {
            if (completed.Trigger is RunTrigger.Prompt)
            {
                _prompts.TryDequeue(out done);
            }
            else if (_isCancelling && _prompts.TryPeek(out var meant))
            {
                // The interrupt ended a turn that stood in front of the prompt it was meant for. An event handler must not wait.
                _ = Task.Run(() => InterruptAgain(meant));
            }
        }

        if (done is null)
        {
            return;
        }

        if (completed.Outcome is { End: RunEnd.Error } refused && _failure is null)
        {
            // Nothing but a hook ends a prompt that way; the model has not seen it.
            _updates.ShowMessage(_tracker.LastNotice ?? refused.Text);
        }

        done.TrySetResult(completed.Outcome);
    }

    private void InterruptAgain(TaskCompletionSource<RunOutcome> meant)
    {
        lock (_gate)
        {
            if (!_isCancelling || !_prompts.TryPeek(out var next) || next != meant)
            {
                return;
            }
        }

        _session.Send(new InterruptInput());
    }

    private void End()
    {
        lock (_gate)
        {
            _isOver = true;
            while (_prompts.TryDequeue(out var left))
            {
                left.TrySetResult(Cancelled);
            }
        }
    }

    private string StopReason(RunOutcome outcome) => outcome.End switch
    {
        RunEnd.Cancelled => "cancelled",
        RunEnd.MaxTurns or RunEnd.Budget => "max_turn_requests",
        RunEnd.Error when _failure is { } failure => throw Failed(failure),
        _ => "end_turn",
    };

    private static JsonRpcException Failed(TurnFailed failure) => new(
        failure.Fault is ModelFault.RateLimited ? 429 : JsonRpcErrorCode.InternalError,
        failure.Fault is ModelFault.RateLimited ? "Rate limit exceeded" : "Internal error",
        $"{failure.Cause} {failure.Advice}".TrimEnd());
}
