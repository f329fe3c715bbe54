using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Checkpoints;
using QwenCode.Platform.Text;
using QwenCode.Sessions;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Checkpoints;

/// <summary>
/// Keeps what the calls of one session change, in the files of the project. Creates nothing before a call may change something.
/// </summary>
public sealed class WorkspaceCheckpoints : ICheckpoints
{
    private const int LongestPrompt = 200;

    private readonly Workspace _workspace;
    private readonly SessionId _session;
    private readonly CheckpointOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<CallWatch> _running = [];
    private readonly List<Task> _following = [];
    private WorkspaceTree? _tree;
    private string? _treeFault;
    private bool _isOpened;
    private bool _hasReported;
    private int _number;
    private IReadOnlyList<AIContent>? _prompt;
    private DateTimeOffset _promptAt;

    /// <summary>Creates it; touches no file.</summary>
    /// <param name="workspace">The project.</param>
    /// <param name="session">The session.</param>
    /// <param name="earlierPrompts">How many prompts the session has had before.</param>
    /// <param name="options">How much is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Shows the user what cannot be kept.</param>
    public WorkspaceCheckpoints(
        Workspace workspace, SessionId session, int earlierPrompts, CheckpointOptions options, TimeProvider time, Action<string> report)
    {
        (_workspace, _session, _number, _options, _time, _report) = (workspace, session, earlierPrompts, options, time, report);
    }

    private UndoHistory History => field ??= new UndoHistory(_workspace, _options, _time);

    private CheckpointStore Store => field ??= new CheckpointStore(_workspace, _options, _time);

    /// <inheritdoc/>
    public void BeginPrompt(IReadOnlyList<AIContent> prompt)
    {
        lock (_running)
        {
            _number++;
            (_prompt, _promptAt) = (prompt, _time.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ICallWatch> WatchAsync(WatchedCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (call.Paths is null && _treeFault is not null)
            {
                return new CallWatch(this, Describe(call), null, null);
            }

            Store.Create();
            using var held = await Store.LockAsync(cancellationToken).ConfigureAwait(false);
            Recover();
            var watch = call.Paths is null ? WatchTree(call) : WatchPaths(call, call.Paths);
            lock (_running)
            {
                _running.Add(watch);
            }

            return watch;
        }
        catch (TooManyFilesException exception)
        {
            _treeFault = exception.Message;
            _report($"What shell commands change cannot be undone here: {exception.Message}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TimeoutException)
        {
            ReportOnce(exception);
        }
        finally
        {
            _gate.Release();
        }

        return new CallWatch(this, Describe(call), null, null);
    }

    /// <inheritdoc/>
    public async ValueTask<string> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return UndoText.List(await OwnStepsAsync(cancellationToken).ConfigureAwait(false)).TrimEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return $"What can be brought back cannot be read: {exception.Message}";
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RestoreOutcome> RestoreAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            // A prompt's changes are recorded a little later than the prompt.
            var steps = (await OwnStepsAsync(cancellationToken).ConfigureAwait(false)).Where(step => step.At >= request.Since).ToList();
            if (request.Prompts != int.MaxValue && steps.Count < request.Prompts)
            {
                return new RestoreOutcome(false, steps.Count == 0 ? UndoText.List(steps).TrimEnd()
                    : string.Create(CultureInfo.InvariantCulture, $"Of this session {steps.Count} prompts can be undone, and no more."));
            }

            if (steps.Count == 0)
            {
                return new RestoreOutcome(true, "No file has been changed since.");
            }

            var plan = History.Plan([.. steps.Take(request.Prompts)]);
            if (plan.Conflicts.Any() && !request.Overwrites)
            {
                return new RestoreOutcome(false, UndoText.Conflicts(_workspace, plan, "add force"));
            }

            var files = await History.ApplyAsync(
                plan, request.Overwrites ? UndoConflicts.Overwrite : UndoConflicts.Refuse, cancellationToken).ConfigureAwait(false);
            return new RestoreOutcome(true, UndoText.Files(_workspace, files));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return new RestoreOutcome(false, $"The files cannot be brought back: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void Follow(AgentId agent, string callId, Task work)
    {
        lock (_running)
        {
            foreach (var watch in _running)
            {
                if (watch.Set.Agent == agent.Value && watch.Set.Call == callId)
                {
                    watch.Rest = work;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task[] following;
        lock (_running)
        {
            following = [.. _following];
        }

        await Task.WhenAll(following).ConfigureAwait(false);
        _tree?.Dispose();
        _gate.Dispose();
    }

    private static string TextOf(IReadOnlyList<AIContent> prompt) => TextCut.Head(
        string.Join(' ', prompt.OfType<TextContent>().Select(static part => part.Text)).ReplaceLineEndings(" ").Trim(), LongestPrompt);

    private ChangeSet Describe(WatchedCall call)
    {
        var now = _time.GetUtcNow();
        lock (_running)
        {
            var at = _prompt is null ? now : _promptAt;
            return new ChangeSet(Store.NewId(), now)
            {
                Session = _session.Value,
                Step = string.Create(CultureInfo.InvariantCulture, $"{_session.Value}/{at.UtcTicks}"),
                Number = _prompt is null ? 0 : _number,
                Prompt = _prompt is null ? string.Empty : TextOf(_prompt),
                PromptAt = at,
                Agent = call.Agent.Value,
                Tool = call.Tool,
                Call = call.CallId,
                IsTree = call.Paths is null,
            };
        }
    }

    private async ValueTask<IReadOnlyList<UndoStep>> OwnStepsAsync(CancellationToken cancellationToken) =>
        [.. (await History.ListAsync(cancellationToken).ConfigureAwait(false)).Where(step => step.Session == _session.Value)];

    // What a killed process has changed and not recorded: its calls left their marks.
    private void Recover()
    {
        if (_isOpened)
        {
            return;
        }

        _isOpened = true;
        LeftCalls.Record(Store, _options, () => _tree ??= NewTree());
    }

    private WorkspaceTree NewTree() => new(_workspace, _options, Store.BaselineDirectory, _time);

    private CallWatch WatchTree(WatchedCall call)
    {
        _tree ??= NewTree();
        RecordTree(_tree.Look(), _running.FindLast(static watch => watch.Set.IsTree)?.Set);
        var set = Describe(call);
        return new CallWatch(this, set, Store.Mark(set), null);
    }

    private CallWatch WatchPaths(WatchedCall call, IReadOnlyList<string> paths)
    {
        var set = Describe(call);
        var images = new ImageFile(Store.ImagePath(set.Id));
        try
        {
            set = set with { Changes = PathStates.Before(_workspace, paths.Select(Workspace.RealPath), _options, images) };
            images.Flush();
            return new CallWatch(this, set, Store.Mark(set), images);
        }
        catch
        {
            images.Discard();
            throw;
        }
    }

    private async ValueTask CompleteAsync(CallWatch watch, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (watch.Mark is null)
            {
                return;
            }

            using var held = await Store.LockAsync(cancellationToken).ConfigureAwait(false);
            var goesOn = watch.Rest is { IsCompleted: false };
            if (watch.Set.IsTree)
            {
                RecordTree(_tree!.Look(), watch.Set);
            }
            else
            {
                RecordPaths(watch);
            }

            if (goesOn)
            {
                lock (_running)
                {
                    _following.Add(FollowAsync(watch, watch.Rest!, cancellationToken));
                }

                return;
            }

            Forget(watch);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or TimeoutException or TooManyFilesException)
        {
            ReportOnce(exception);
            Forget(watch);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task FollowAsync(CallWatch watch, Task work, CancellationToken cancellationToken)
    {
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CompleteAsync(watch, cancellationToken).ConfigureAwait(false);
    }

    private void Forget(CallWatch watch)
    {
        lock (_running)
        {
            _running.Remove(watch);
        }

        if (watch.Mark is { } mark)
        {
            watch.Mark = null;
            CheckpointStore.Unmark(mark);
        }
    }

    private void RecordTree(List<TreeChange> changes, ChangeSet? owner)
    {
        if (owner is not null)
        {
            TreeRecord.Append(Store, _tree!.Baseline, changes, owner with { Id = Store.NewId() });
        }

        _tree!.Save();
    }

    private void RecordPaths(CallWatch watch)
    {
        using var images = watch.Images!;
        var changes = PathStates.After(watch.Set.Changes, _options);
        if (changes.Count == 0)
        {
            images.Discard();
            return;
        }

        images.Dispose();
        Store.Append(watch.Set with { Changes = changes });
    }

    private void ReportOnce(Exception exception)
    {
        if (!_hasReported)
        {
            _hasReported = true;
            _report($"Some changes of this session cannot be undone: {exception.Message}");
        }
    }

    private sealed class CallWatch(WorkspaceCheckpoints owner, ChangeSet set, FileStream? mark, ImageFile? images) : ICallWatch
    {
        private bool _isCompleted;

        public ChangeSet Set => set;

        public ImageFile? Images => images;

        public FileStream? Mark { get; set; } = mark;

        /// <summary>Gets or sets what goes on after the call.</summary>
        public Task? Rest { get; set; }

        public ValueTask CompleteAsync(CancellationToken cancellationToken) => Interlocked.Exchange(ref _isCompleted, true) || Mark is null
            ? ValueTask.CompletedTask : owner.CompleteAsync(this, cancellationToken);
    }
}
