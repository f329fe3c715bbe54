using System.Buffers;
using System.Threading.Channels;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.Interactive.DualOutput;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Kernel.Sessions;
using QwenCode.Permissions;
using QwenCode.Sessions;

namespace QwenCode.Cli.Interactive;

/// <summary>
/// A conversation in a terminal, line by line: prompts go in, events come out, and questions about calls are answered by
/// number. It needs nothing of the terminal but lines, so it works over a serial line and with a screen reader, too.
/// </summary>
internal sealed class InteractiveRun(
    RunHost run, WorkspaceServices project, SessionFactory sessions, CliOptions options, TimeProvider time) : IFrontEnd
{
    private const string Help =
        """
        Type a prompt. Ctrl+C interrupts a turn, or leaves if none runs; Ctrl+D leaves.
          /approval-mode [plan|default|auto-edit|yolo]   what runs without asking
          /model [MODEL]                                 the model
          /init, /summary                                write QWEN.md, or a summary of this conversation
          /compress [WISHES], /compress-fast             make room in the model's window
          /context [detail]                              what fills the model's window
          /rewind [N] [files] [force]                    take the last N prompts back, with their files or without
          /restore [N] [force]                           bring back the files that the last N prompts changed
          /help, /quit

        """;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-:?");

    private readonly Channel<object?> _events = Channel.CreateUnbounded<object?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TranscriptFrontEnd _transcript = new();
    private readonly List<TerminalQuestion> _questions = [];
    private PromptReader? _prompts;
    private SecondOutput? _second;
    private Task _sending = Task.CompletedTask;
    private ApprovalMode _mode;
    private ApprovalMode _modeBeforePlan = ApprovalMode.Default;
    private CancellationToken _leaving;
    private volatile bool _isBusy;
    private bool _isLeaving;

    /// <summary>Runs the conversation to its end.</summary>
    /// <param name="request">The session that the command line asks for.</param>
    /// <param name="prompt">The first prompt; <c>null</c> waits for the user.</param>
    /// <param name="cancellationToken">Ends the conversation as Ctrl+D does.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SessionRequest request, string? prompt, CancellationToken cancellationToken)
    {
        _second = FindSecondOutput((request.Resume ?? request.Id)!.Value);

        // Before anything is shown: what is written from then on counts.
        var remote = FindRemoteInput();
        remote?.Start();
        var servers = sessions.CreateServers();
        var session = sessions.Open(
            request with { CanAskUser = true, IsConversation = true, Boundary = RunBoundary.Turn, Servers = servers }, this);
        await using var owned = session.ConfigureAwait(false);
        _prompts = PromptReader.For(project, sessions.PolicyFor(request).Policy, servers);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _leaving = leaving.Token;
        var info = session.Info;
        _mode = info.Mode;
        StandardStreams.Out($"qwen {ProgramVersion.Text} · {PlainText.Of(info.Model)} · {_mode.ToWire()} · "
            + $"{info.Directory}\n{TranscriptFrontEnd.Color("2", "Type /help for commands.")}\n");
        _second?.Start(info);
        using var stop = cancellationToken.UnsafeRegister(_ => _events.Writer.TryWrite(null), null);
        run.HandleStops(Interrupt);
        if (prompt is not null)
        {
            Send(session, prompt);
        }
        else
        {
            ShowPrompt();
        }

        var following = remote?.FollowAsync(leaving.Token) ?? Task.CompletedTask;
        LineReader.Start(line => _events.Writer.TryWrite(line), exception => _events.Writer.TryComplete(exception));
        await foreach (var item in _events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (!Handle(session, item))
            {
                break;
            }
        }

        await leaving.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        await following.ConfigureAwait(false);
        await (_second?.EndAsync(CancellationToken.None) ?? Task.CompletedTask).ConfigureAwait(false);
        StandardStreams.Out("\n");
        return run.Reason is StopReason.None ? ExitCodes.Success : Verdict.Of(null, run.Reason).Code;
    }

    /// <summary>Shows an event; those that the conversation acts on are queued with what the user types.</summary>
    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case RunStarted:
                _isBusy = true;
                break;
            case RunCompleted:
                _isBusy = false;
                break;
            case NoticeRaised notice:
                StandardStreams.ErrorLine(PlainText.Of(notice.Text));
                return;
        }

        _transcript.OnEvent(agentEvent);
        _second?.OnEvent(agentEvent);
        if (agentEvent is PermissionRequested or PermissionSettled or RunCompleted or ApprovalModeChanged or SessionEnded)
        {
            _events.Writer.TryWrite(agentEvent);
        }
    }

    // Ctrl+C while a turn runs interrupts the turn; the first one while none runs leaves, as Ctrl+D does.
    private bool Interrupt()
    {
        if (_isBusy)
        {
            _events.Writer.TryWrite(new InterruptInput());
            return true;
        }

        return !Interlocked.Exchange(ref _isLeaving, true) && _events.Writer.TryWrite(null);
    }

    /// <returns>Whether the conversation goes on.</returns>
    private bool Handle(ISession session, object? item)
    {
        switch (item)
        {
            case null or SessionEnded:
                return false;
            case InterruptInput interrupt:
                _questions.Clear();
                session.Send(interrupt);
                break;
            case Refused refused:
                _isBusy &= refused.WasBusy;
                StandardStreams.Out(PlainText.Of(refused.Text) + "\n");
                ShowPrompt();
                break;
            case RemoteInput.Submit submit:
                StandardStreams.Out(PlainText.Of(submit.Text) + "\n");
                return Take(session, submit.Text.Trim());
            case RemoteInput.Confirmation decided:
                Settle(session, decided);
                break;
            case string line when _questions.Count > 0:
                Answer(session, line);
                break;
            case string line:
                return Take(session, line.Trim());
            case PermissionRequested asked:
                _questions.Add(new TerminalQuestion(asked, _modeBeforePlan));
                ShowQuestion(isNew: _questions.Count == 1);
                break;
            case PermissionSettled settled:
                var isShown = _questions.Count > 0 && _questions[0].Request.RequestId == settled.RequestId;
                _questions.RemoveAll(question => question.Request.RequestId == settled.RequestId);
                ShowQuestion(isShown);
                break;
            case ApprovalModeChanged changed:
                _modeBeforePlan = changed.Mode is ApprovalMode.Plan ? _mode : _modeBeforePlan;
                _mode = changed.Mode;
                break;
            case RunCompleted when !_isBusy:
                ShowPrompt();
                break;
        }

        return true;
    }

    private void Answer(ISession session, string line)
    {
        if (_questions[0].Take(line) is not { } answer)
        {
            ShowQuestion(isNew: true);
            return;
        }

        var request = _questions[0].Request;
        _questions.RemoveAt(0);
        session.Send(new PermissionInput(request.RequestId, answer));
        ShowQuestion(isNew: true);
    }

    private void Settle(ISession session, RemoteInput.Confirmation decided)
    {
        if (_questions.Find(question => question.Request.RequestId == decided.RequestId) is not { } question)
        {
            _second?.Refuse(decided.RequestId);
            return;
        }

        // It is settled where all questions are, and the event of that takes it off the list.
        StandardStreams.Out($"\n({(decided.IsAllowed ? "allowed" : "refused")} elsewhere)\n");
        session.Send(new PermissionInput(decided.RequestId, question.Decide(decided.IsAllowed)));
    }

    private SecondOutput? FindSecondOutput(SessionId id)
    {
        var target = EventTarget.Find(options.EventDescriptor,
            options.EventFile ?? (options.EventDescriptor is null ? project.Settings.String("dualOutput.jsonFile") : null),
            project.Workspace.Root, StartupWarnings.Warn);
        return target is null ? null : new SecondOutput(target, id, StartupWarnings.Warn);
    }

    private RemoteInputFile? FindRemoteInput()
    {
        if ((options.RemoteInputFile ?? project.Settings.String("dualOutput.inputFile")) is not { Length: > 0 } path)
        {
            return null;
        }

        return new RemoteInputFile(
            Path.GetFullPath(path, project.Workspace.Root), input => _events.Writer.TryWrite(input), StartupWarnings.Warn, time);
    }

    private bool Take(ISession session, string line)
    {
        var (name, argument) = Split(line);
        if (name.StartsWith('/') && _prompts!.IsDisabled(name[1..]))
        {
            StandardStreams.Out($"{PlainText.Line(name, 40)} is disabled by the settings or the command line.\n");
            ShowPrompt();
            return true;
        }

        switch (name)
        {
            case "/quit" or "/exit":
                return false;
            case "/help" or "/?":
                StandardStreams.Out(Help);
                break;
            case "/approval-mode" when argument.Length > 0 && ApprovalModes.TryParse(argument, out var mode):
                session.Send(new SetApprovalModeInput(mode));
                break;
            case "/approval-mode":
                StandardStreams.Out($"{_mode.ToWire()}; to change it: /approval-mode {string.Join('|', ApprovalModes.Names)}\n");
                break;
            case "/model" when argument.Length > 0:
                session.Send(new SetModelInput(argument));
                break;
            case "/model":
                StandardStreams.Out($"{PlainText.Of(session.Info.Model)}; to change it: /model MODEL\n");
                break;
            case "":
                break;
            default:
                if (IsCommand(name) && !_prompts!.IsOwn(name[1..]) && name is not "/summarize" && !_prompts.Offers(name[1..]))
                {
                    StandardStreams.Out($"{PlainText.Line(name, 40)} does not exist; type /help for commands.\n");
                    break;
                }

                Send(session, line);
                return true;
        }

        ShowPrompt();
        return true;
    }

    // A word that looks like a path is a prompt about it.
    private static bool IsCommand(string name) =>
        name.StartsWith('/') && name.Length > 1 && name.AsSpan(1).IndexOfAnyExcept(NameCharacters) < 0;

    private static (string Name, string Argument) Split(string line)
    {
        var space = line.StartsWith('/') ? line.IndexOf(' ', StringComparison.Ordinal) : -1;
        return space < 0 ? (line, string.Empty) : (line[..space], line[space..].Trim());
    }

    // A prompt that is typed while a turn runs waits in the session's inbox.
    private void Send(ISession session, string prompt)
    {
        _sending = SendAsync(_sending, session, prompt, _isBusy, _leaving);
        _isBusy = true;
    }

    // One after the other: a server may take a while over what a prompt stands for.
    private async Task SendAsync(Task before, ISession session, string prompt, bool wasBusy, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(false);
        try
        {
            var read = await _prompts!.ReadAsync(prompt, null, cancellationToken).ConfigureAwait(false);
            if (read.Refusal is { } refusal)
            {
                _events.Writer.TryWrite(new Refused(refusal, wasBusy));
            }
            else
            {
                _second?.Submitted(prompt);
                session.Send(SlashCommands.ToInput(read.Content));
            }
        }
        catch (OperationCanceledException)
        {
            // The conversation ends.
        }
    }

    private void ShowQuestion(bool isNew)
    {
        if (isNew && _questions.Count > 0)
        {
            StandardStreams.Out(_questions[0].Render());
        }
    }

    private void ShowPrompt()
    {
        if (!_isBusy)
        {
            var mode = _mode is ApprovalMode.Default ? string.Empty : TranscriptFrontEnd.Color("2", _mode.ToWire()) + " ";
            StandardStreams.Out($"\n{mode}{TranscriptFrontEnd.Color("36", ">")} ");
        }
    }

    private sealed record Refused(string Text, bool WasBusy);
}
