using QwenCode.Workspaces;

namespace QwenCode.Storage.Checkpoints;

/// <summary>
/// Finds what has changed in the workspace since the last look, with what was there before. The first look of a process goes through all
/// files; later ones ask the kernel what to look at, where it tells.
/// </summary>
internal sealed class WorkspaceTree : IDisposable
{
    private const IgnoreFiles Rules = IgnoreFiles.Git | IgnoreFiles.Qwen;

    /// <summary>A file that was changed this short a time before it was read may have been changed again with the same time.</summary>
    private const long ClockTick = 100_000_000;

    // What programs make anew, and what other programs keep undone themselves.
    private static readonly HashSet<string> Skipped =
        new([".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", ".tox"], StringComparer.Ordinal);

    private readonly Workspace _workspace;
    private readonly CheckpointOptions _options;
    private readonly TimeProvider _time;
    private readonly string[] _roots;
    private readonly string _state;
    private readonly Dictionary<string, IgnoreScope> _scopes = new(StringComparer.Ordinal);
    private readonly List<TreeChange> _changes = [];
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private TreeWatch? _watch;
    private bool _mayWatch;
    private bool _isDirty;
    private int _look;
    private long _lastLook;

    public WorkspaceTree(Workspace workspace, CheckpointOptions options, string directory, TimeProvider time)
    {
        (_workspace, _options, _time, _mayWatch) = (workspace, options, time, options.UsesNotifications);
        _roots = [.. workspace.Directories.Where(root =>
            !workspace.Directories.Any(other => other != root && Workspace.IsWithin(root, other)))];
        _state = Workspace.RealPath(workspace.RuntimeDirectory);
        Baseline = new Baseline(directory);
    }

    /// <summary>Gets what is known of the workspace, with copies of its files.</summary>
    public Baseline Baseline { get; }

    /// <summary>Looks at the workspace. What is returned can be read from <see cref="Baseline"/> until <see cref="Save"/>.</summary>
    /// <returns>What has changed since the last look, of whatever process, parents before what is in them.</returns>
    /// <exception cref="IOException">The workspace or the copies cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="TooManyFilesException">The workspace is too large.</exception>
    public List<TreeChange> Look()
    {
        _changes.Clear();
        _gone.Clear();
        _look++;
        var began = Now();
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var isKnown = !Baseline.Refresh() && _watch is not null && _watch.Drain(changed) && !changed.Any(IsRules);
        if (isKnown)
        {
            LookAt(changed);
        }
        else
        {
            LookAtAll();
        }

        ForgetGone(everywhere: !isKnown);
        if (_changes.Exists(static change => IsRules(change.Path)))
        {
            // New rules show files that were there all along: nobody has created them.
            _changes.RemoveAll(change => change.Before is null && change.After!.Stamp is var stamp
                && Math.Max(stamp.Changed, stamp.Modified) < _lastLook && !IsRules(change.Path));
        }

        _lastLook = began;
        _changes.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return [.. _changes];
    }

    /// <summary>Keeps what was seen for later processes, if it is new.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save()
    {
        if (_isDirty)
        {
            Baseline.Save();
            _isDirty = false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch?.Dispose();
        Baseline.Dispose();
    }

    private static bool IsRules(string path) => IgnoreScope.Recognise(Path.GetFileName(path.AsSpan())) is not IgnoreFiles.None;

    private static bool IsSame(in FileStamp a, in FileStamp b) =>
        a.Kind is EntryKind.Directory or EntryKind.Other ? a.Kind == b.Kind && a.Mode == b.Mode : a == b;

    private long Now() => (_time.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) * 100;

    private void LookAtAll()
    {
        _scopes.Clear();
        _watch?.Dispose();
        _watch = _mayWatch ? TreeWatch.TryStart() : null;
        foreach (var root in _roots)
        {
            Walk(root, null);
        }
    }

    private void LookAt(HashSet<string> changed)
    {
        if (changed.Count == 0)
        {
            return;
        }

        foreach (var path in changed.Order(StringComparer.Ordinal))
        {
            var folder = Path.GetDirectoryName(path);
            if (folder is null || !_scopes.TryGetValue(folder, out var scope))
            {
                continue;
            }

            if (StampOf(path) is not { } stamp)
            {
                continue;
            }

            var known = Baseline.Entries.GetValueOrDefault(path);
            if (known?.Stamp.Kind is EntryKind.Directory && (stamp.Kind, stamp.Inode) != (known.Stamp.Kind, known.Stamp.Inode))
            {
                _watch?.Remove(path);
                _gone.Add(path);
            }

            if (stamp.Kind is EntryKind.None)
            {
                if (known is not null)
                {
                    Report(path, known, null);
                }
            }
            else if (IsWatched(path, stamp.Kind, scope))
            {
                Take(path, stamp, mayHaveChanged: true);
                if (stamp.Kind is EntryKind.Directory && (known is null || known.Stamp.Inode != stamp.Inode || !_scopes.ContainsKey(path)))
                {
                    Walk(path, scope);
                }
            }
        }
    }

    private bool IsWatched(string path, EntryKind kind, IgnoreScope scope)
    {
        var name = Path.GetFileName(path);
        return !Skipped.Contains(name) && path != _state
            && scope.Judge(name, kind is EntryKind.Directory ? PathKind.Directory : PathKind.File) is IgnoreVerdict.Visible;
    }

    private void Walk(string folder, IgnoreScope? above)
    {
        var pending = new Stack<(string Folder, IgnoreScope? Above)>();
        pending.Push((folder, above));
        while (pending.TryPop(out var next))
        {
            if (_watch is not null && !_watch.TryAdd(next.Folder))
            {
                // The system watches no more folders for this user: each command is preceded and followed by a look at all files.
                _watch.Dispose();
                (_watch, _mayWatch) = (null, false);
            }

            if (List(next.Folder) is not { } paths)
            {
                continue;
            }

            var rules = IgnoreFiles.None;
            foreach (var path in paths)
            {
                rules |= IgnoreScope.Recognise(Path.GetFileName(path.AsSpan()));
            }

            var scope = next.Above?.Enter(Path.GetFileName(next.Folder), rules) ?? IgnoreScope.For(_workspace, next.Folder, Rules);
            _scopes[next.Folder] = scope;
            foreach (var path in paths)
            {
                if (StampOf(path) is not { } stamp || stamp.Kind is EntryKind.None || !IsWatched(path, stamp.Kind, scope))
                {
                    continue;
                }

                Take(path, stamp, mayHaveChanged: false);
                if (stamp.Kind is EntryKind.Directory)
                {
                    pending.Push((path, scope));
                }
            }
        }
    }

    // Null where a folder on the way was closed to us: what is in it is neither seen nor gone.
    private static FileStamp? StampOf(string path)
    {
        try
        {
            return FileStamp.Of(path);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[]? List(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or not ours: what we may not list, a command of ours may not list either.
            return null;
        }
    }

    private void Take(string path, in FileStamp stamp, bool mayHaveChanged)
    {
        var known = Baseline.Entries.GetValueOrDefault(path);
        if (known is not null)
        {
            known.SeenBy = _look;
            if (IsSame(known.Stamp, stamp) && !(stamp.Kind is EntryKind.File && (known.IsRecent || mayHaveChanged)))
            {
                return;
            }
        }
        else if (Baseline.Entries.Count >= _options.MaxEntries)
        {
            throw new TooManyFilesException(_options.MaxEntries);
        }

        var entry = Make(path, stamp, known);
        if (known is not null && known.ToState().IsSame(entry.ToState()))
        {
            // Touched, or written with what it held.
            _isDirty |= known.Stamp != entry.Stamp || known.IsRecent != entry.IsRecent;
            (known.Stamp, known.IsRecent) = (entry.Stamp, entry.IsRecent);
            return;
        }

        Report(path, known, entry);
    }

    private BaselineEntry Make(string path, in FileStamp stamp, BaselineEntry? known)
    {
        var entry = new BaselineEntry { Stamp = stamp, SeenBy = _look };
        switch (stamp.Kind)
        {
            case EntryKind.Link:
                entry.Text = ContentReader.TargetOf(path) ?? string.Empty;
                break;
            case EntryKind.File:
                entry.IsRecent = Now() - Math.Max(stamp.Changed, stamp.Modified) < ClockTick;
                entry.Text = ContentReader.Read(path, _options.LargestFile, out var content);
                if (entry.Text is null)
                {
                    entry.Hash = ContentHash.Of(content);
                    Keep(entry, content, known);
                }

                break;
        }

        return entry;
    }

    private void Keep(BaselineEntry entry, byte[] content, BaselineEntry? known)
    {
        if (known?.Hash == entry.Hash && known?.Offset >= 0)
        {
            (entry.Offset, entry.Length) = (known.Offset, known.Length);
        }
        else if (Baseline.LiveBytes + content.Length > _options.MaxBaselineBytes)
        {
            entry.Text = $"did not fit into the {_options.MaxBaselineBytes >> 20} MiB that are kept of the workspace";
        }
        else
        {
            (entry.Offset, entry.Length) = (Baseline.Append(content), content.Length);
        }
    }

    private void Report(string path, BaselineEntry? before, BaselineEntry? after)
    {
        _isDirty = true;
        _changes.Add(new TreeChange(path, before, after));
        if (after is null)
        {
            Baseline.Forget(path);
        }
        else
        {
            Baseline.Set(path, after);
        }
    }

    // What was below a folder that is gone or another one now, or was not met on a look at everything.
    private void ForgetGone(bool everywhere)
    {
        if (!everywhere && _gone.Count == 0)
        {
            return;
        }

        var missing = Baseline.Entries.Where(one => one.Value.SeenBy != _look && (everywhere ? IsInRoots(one.Key) : IsBelowGone(one.Key)))
            .Select(static one => one.Key).ToArray();
        foreach (var path in missing)
        {
            var entry = Baseline.Entries[path];
            if (StampOf(path) is not { } stamp)
            {
                continue;
            }

            if (stamp.Kind is EntryKind.None)
            {
                Report(path, entry, null);
            }
            else
            {
                // It is there, and new rules hide it.
                Baseline.Forget(path);
                _isDirty = true;
            }

            if (entry.Stamp.Kind is EntryKind.Directory)
            {
                _scopes.Remove(path);
                _watch?.Remove(path);
            }
        }
    }

    private bool IsInRoots(string path) => Array.Exists(_roots, root => Workspace.IsWithin(path, root));

    private bool IsBelowGone(string path)
    {
        for (var at = Path.GetDirectoryName(path); at is not null; at = Path.GetDirectoryName(at))
        {
            if (_gone.Contains(at))
            {
                return true;
            }
        }

        return false;
    }
}
