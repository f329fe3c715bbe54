namespace QwenCode.Storage.Checkpoints;

/// <summary>Records what calls have changed whose process was killed before it could.</summary>
internal static class LeftCalls
{
    /// <summary>Records it. Call it under the lock.</summary>
    /// <param name="store">The files.</param>
    /// <param name="options">How much is kept.</param>
    /// <param name="tree">Returns the workspace.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Record(CheckpointStore store, CheckpointOptions options, Func<WorkspaceTree> tree)
    {
        foreach (var (mark, set) in store.TakeLeftMarks())
        {
            switch (set)
            {
                case { IsTree: true }:
                    // The first of several that ran side by side gets it all: which changed what cannot be known.
                    TreeRecord.Append(store, tree().Baseline, tree().Look(), set with { Id = store.NewId(), IsInterrupted = true });
                    tree().Save();
                    break;
                case { Kind: not ChangeSetKind.Call }:
                    // An undo that did not come to its end is a step of its own: undone, it leaves what was there before it.
                    store.Append(set with
                    {
                        Kind = ChangeSetKind.Call, Of = [], Step = set.Id, Prompt = "(an undo that was cut off)", PromptAt = set.At,
                        Changes = PathStates.After(set.Changes, options), IsInterrupted = true,
                    });
                    break;
                case not null when PathStates.After(set.Changes, options) is { Count: > 0 } changes:
                    store.Append(set with { Changes = changes, IsInterrupted = true });
                    break;
                case not null:
                    File.Delete(store.ImagePath(set.Id));
                    break;
            }

            CheckpointStore.Unmark(mark);
        }
    }
}
