namespace QwenCode.Storage.Checkpoints;

/// <summary>Records what was found changed in the workspace.</summary>
internal static class TreeRecord
{
    /// <summary>Appends a change set with the changes, their old contents taken from the baseline; nothing if there are none.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Append(CheckpointStore store, Baseline baseline, List<TreeChange> changes, ChangeSet set)
    {
        if (changes.Count == 0)
        {
            return;
        }

        using var images = new ImageFile(store.ImagePath(set.Id));
        var recorded = new List<FileChange>(changes.Count);
        foreach (var change in changes)
        {
            var before = change.Before?.ToState() ?? FileState.None;
            if (before is { Kind: EntryKind.File, Lost: null })
            {
                before = baseline.Read(change.Before!) is { } content ? before with { Offset = images.Add(content) }
                    : before with { Lost = "has a damaged copy" };
            }

            recorded.Add(new FileChange(change.Path, before, (change.After?.ToState() ?? FileState.None) with { Lost = null }));
        }

        images.Flush();
        store.Append(set with { Changes = recorded });
    }
}
