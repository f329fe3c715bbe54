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
    private readonly AcpFrontEnd _updates;
    private readonly RunTracker _tracker;
    private readonly AcpPermissions _permissions;
    private readonly PromptReader _reader;
    private readonly PromptLine _prompts;
    private readonly SessionMcpServers _servers;
    private readonly ISession _session;
    private IReadOnlyList<string> _commands = [];
    private TurnFailed? _failure;

    /// <exception cref="QwenCodeException">The session cannot be opened.</exception>
    public AcpSession(AcpWorkspace workspace, SessionRequest request, JsonRpcPeer peer, AcpClient client)
    {
        Workspace = workspace;
        Id = (request.Resume ?? request.Id)!.Value.Value;
        _updates = new AcpFrontEnd(peer, client, Id, () => _updates!.ShowConfiguration(State));
        _tracker = new RunTracker(_updates);
        ISession? session = null;
        _prompts = new PromptLine(Id, input => Volatile.Read(ref session)?.Send(input));
        _permissions = new AcpPermissions(_tracker, peer, Id, _updates.Withdraw, answer => Volatile.Read(ref session)?.Send(answer));
        request = request with { ClientFiles = new AcpFiles(peer, client, Id), ClientTerminals = Terminals(peer, client) };
        _servers = request.Servers!;
        _reader = PromptReader.For(workspace.Project, workspace.Sessions.PolicyFor(request).Policy, _servers);
        _session = workspace.Sessions.Open(request, this);
        Volatile.Write(ref session, _session);
        _permissions.Begin(_session.Info.Mode);
    }

    public AcpWorkspace Workspace { get; }

    public string Id { get; }

    public SessionInfo Info => _session.Info;

    /// <summary>Gets the choices of the session and what is chosen.</summary>
    public AcpSessionState State => AcpModels.State(Workspace.Project.Models, _session.Info);

    /// <summary>Says which commands a prompt may begin with, unless the client knows.</summary>
    public void ShowCommands()
    {
        var commands = _reader.Described();
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

        if (_reader.Refuse(prompt.Text) is { } refusal)
        {
            throw JsonRpcException.Internal(refusal);
        }

        return StopReason(await _prompts.RunAsync(token => ReadAsync(prompt, token), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Ends the work on a prompt and those that wait behind it; with none, what the session works on by itself.</summary>
    public void Cancel() => _prompts.Cancel();

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
            case RunStarted:
                _failure = null;
                break;
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
                _prompts.End();
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync().ConfigureAwait(false);
        _prompts.End();
    }

    // The editor's terminals are outside of any sandbox, that around the whole program included.
    private AcpTerminals? Terminals(JsonRpcPeer peer, AcpClient client) =>
        client.HasTerminals && Workspace.Project.Sandbox is null && ModelKeys.Variables.GetValueOrDefault("SANDBOX") is not { Length: > 0 }
            ? new AcpTerminals(peer, Id, Workspace.Project.HiddenKeys, Warn) : null;

    private void Warn(string text)
    {
        StandardStreams.ErrorLine(text);
        _updates.ShowNotice(text);
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

    private async ValueTask<IReadOnlyList<AIContent>> ReadAsync(AcpPrompt prompt, CancellationToken cancellationToken)
    {
        var links = new LinkedFiles(prompt.Spoken, prompt.Links);
        var read = await _reader.ReadAsync(prompt.Text, links, cancellationToken).ConfigureAwait(false);
        return read.Refusal is { } refusal ? throw JsonRpcException.Internal(refusal) : [.. read.Content, .. prompt.Attachments];
    }

    private void Complete(RunCompleted completed)
    {
        if (_prompts.Complete(completed, _failure) is not { } end)
        {
            if (completed.Trigger is RunTrigger.Event && completed.Outcome.End is RunEnd.Error && _failure is { } failure)
            {
                // No request waits for this turn, so nothing else would say that it failed.
                _updates.ShowMessage($"{failure.Cause} {failure.Advice}".TrimEnd());
            }

            return;
        }

        if (completed.Outcome is { End: RunEnd.Error } refused && _failure is null)
        {
            // Nothing but a hook ends a prompt that way; the model has not seen it.
            _updates.ShowMessage(_tracker.LastNotice ?? refused.Text);
        }

        end();
    }

    private static string StopReason(PromptEnd end) => end.Outcome.End switch
    {
        RunEnd.Cancelled => "cancelled",
        RunEnd.MaxTurns or RunEnd.Budget => "max_turn_requests",
        RunEnd.Error when end.Failure is { } failure => throw Failed(failure),
        _ => "end_turn",
    };

    private static JsonRpcException Failed(TurnFailed failure) => new(
        failure.Fault is ModelFault.RateLimited ? 429 : JsonRpcErrorCode.InternalError,
        failure.Fault is ModelFault.RateLimited ? "Rate limit exceeded" : "Internal error",
        $"{failure.Cause} {failure.Advice}".TrimEnd());
}
