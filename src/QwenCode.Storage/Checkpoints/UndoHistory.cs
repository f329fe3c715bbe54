using QwenCode.Workspaces;

namespace QwenCode.Storage.Checkpoints;

/// <summary>What can be undone in a project, by whatever session and process it was done, and the undoing.</summary>
/// <param name="workspace">The project.</param>
/// <param name="options">How much is kept.</param>
/// <param name="time">The clock.</param>
public sealed class UndoHistory(Workspace workspace, CheckpointOptions options, TimeProvider time)
{
    private readonly CheckpointStore _store = new(workspace, options, time);

    /// <summary>Gets the folder that everything is kept in.</summary>
    public string Directory => _store.Root;

    /// <summary>Returns the prompts that have changed files and are not undone, the latest first.</summary>
    /// <param name="cancellationToken">Stops waiting for another process.</param>
    /// <exception cref="IOException">What is kept cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="TimeoutException">Another process does not let go of it.</exception>
    public async ValueTask<IReadOnlyList<UndoStep>> ListAsync(CancellationToken cancellationToken)
    {
        if (!_store.Exists)
        {
            return [];
        }

        _store.Create();
        using var held = await _store.LockAsync(cancellationToken).ConfigureAwait(false);
        Recover();
        return [.. Active(_store.Read()).GroupBy(static set => set.Step).Select(ToStep).OrderByDescending(static step => step.At)];
    }

    /// <summary>Says what undoing prompts would do.</summary>
    /// <param name="steps">The prompts.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public UndoPlan Plan(IReadOnlyList<UndoStep> steps)
    {
        var ids = steps.Select(static step => step.Id).ToHashSet(StringComparer.Ordinal);
        var sets = Active(_store.Read()).Where(set => ids.Contains(set.Step)).ToList();
        return Plan(sets) with { Kind = ChangeSetKind.Undo, Of = [.. sets.Select(static set => set.Id)] };
    }

    /// <summary>Says what taking back the last undo would do; <c>null</c> if there is none.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public UndoPlan? PlanRedo()
    {
        var sets = _store.Read();
        var taken = sets.Where(static set => set.Kind is ChangeSetKind.Redo).SelectMany(static set => set.Of).ToHashSet();
        return sets.FindLast(set => set.Kind is ChangeSetKind.Undo && !taken.Contains(set.Id)) is { } last
            ? Plan([last]) with { Kind = ChangeSetKind.Redo, Of = [last.Id] } : null;
    }

    /// <summary>Does what a plan says. What the files hold now is kept first, so that a redo brings it back.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="conflicts">What becomes of files that somebody else has changed since.</param>
    /// <param name="cancellationToken">Stops waiting for another process; an undo that has begun is not stopped.</param>
    /// <returns>The files, with what went wrong; none if the plan has conflicts and they are refused.</returns>
    /// <exception cref="IOException">The files as they are now cannot be kept; nothing was changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="TimeoutException">Another process does not let go of what is kept.</exception>
    public async ValueTask<IReadOnlyList<UndoFile>> ApplyAsync(UndoPlan plan, UndoConflicts conflicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (conflicts is UndoConflicts.Refuse && plan.Conflicts.Any())
        {
            return [];
        }

        _store.Create();
        using var held = await _store.LockAsync(cancellationToken).ConfigureAwait(false);
        var set = new ChangeSet(_store.NewId(), time.GetUtcNow()) { Kind = plan.Kind, Of = plan.Of };
        using var images = new ImageFile(_store.ImagePath(set.Id));
        set = set with { Changes = PathStates.Before(workspace, plan.Files.Select(static file => file.Path), options, images) };
        images.Flush();
        var mark = _store.Mark(set);
        var done = Restoration.Run(plan.Files);
        _store.Append(set with { Changes = PathStates.After(set.Changes, options) });
        CheckpointStore.Unmark(mark);
        return done;
    }

    private static List<ChangeSet> Active(List<ChangeSet> sets)
    {
        var undone = new HashSet<string>(StringComparer.Ordinal);
        var undos = sets.Where(static set => set.Kind is ChangeSetKind.Undo).ToDictionary(static set => set.Id, StringComparer.Ordinal);
        foreach (var set in sets)
        {
            if (set.Kind is ChangeSetKind.Undo)
            {
                undone.UnionWith(set.Of);
            }
            else if (set.Kind is ChangeSetKind.Redo && set.Of is [var id] && undos.TryGetValue(id, out var undo))
            {
                undone.ExceptWith(undo.Of);
            }
        }

        return [.. sets.Where(set => set.Kind is ChangeSetKind.Call && !undone.Contains(set.Id))];
    }

    private static UndoStep ToStep(IGrouping<string, ChangeSet> sets)
    {
        var first = sets.First();
        return new UndoStep(first.Step, first.Session, first.Number, first.Prompt, first.PromptAt,
            [.. sets.SelectMany(static set => set.Changes).Where(static change => !IsFolder(change)).Select(static change => change.Path)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            sets.Any(static set => set.IsInterrupted));
    }

    private static bool IsFolder(FileChange change) =>
        change is { Before.Kind: EntryKind.Directory or EntryKind.None, After.Kind: EntryKind.Directory or EntryKind.None };

    private void Recover()
    {
        WorkspaceTree? tree = null;
        try
        {
            LeftCalls.Record(_store, options,
                () => tree ??= new WorkspaceTree(workspace, options with { UsesNotifications = false }, _store.BaselineDirectory, time));
        }
        finally
        {
            tree?.Dispose();
        }
    }

    // Of each path the first state before and the last state after count: calls that ran side by side may have recorded it twice.
    private UndoPlan Plan(IReadOnlyList<ChangeSet> sets)
    {
        var paths = new SortedDictionary<string, (FileState Before, FileState After, string Images)>(StringComparer.Ordinal);
        foreach (var set in sets)
        {
            foreach (var change in set.Changes)
            {
                paths[change.Path] = paths.TryGetValue(change.Path, out var known)
                    ? known with { After = change.After } : (change.Before, change.After, _store.ImagePath(set.Id));
            }
        }

        var files = new List<UndoFile>();
        foreach (var (path, (before, after, images)) in paths)
        {
            var current = ContentReader.Describe(path, options.LargestFile, hidden: null, out _);
            if (!current.IsSame(before))
            {
                files.Add(new UndoFile(path, before.Kind is EntryKind.None ? UndoAct.Delete
                    : current.Kind is EntryKind.None ? UndoAct.Recreate : UndoAct.Restore)
                {
                    Target = before, Current = current, Images = images, IsConflict = !current.IsSame(after),
                    Problem = FindLoss(before, current),
                });
            }
        }

        return new UndoPlan(files);
    }

    private static string? FindLoss(FileState before, FileState current) => before switch
    {
        { Kind: EntryKind.Other } => "was a pipe, socket or device, which is not kept",
        { Kind: EntryKind.File, Offset: null } when before.Hash is null || before.Hash != current.Hash => before.Lost ?? "was not kept",
        _ => null,
    };
}
