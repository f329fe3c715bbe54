using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search.Walking;

/// <summary>Walks through directory trees with several threads and hands every file that is not ignored to a visitor.</summary>
/// <typeparam name="TState">What the visitor needs to know of a directory.</typeparam>
internal sealed class TreeWalker<TState>
{
    private readonly Stack<Pending> _pending = new();
    private readonly Func<FileVisitor<TState>> _visitors;
    private readonly Func<string, bool>? _mayShow;
    private readonly CancellationToken _cancellationToken;
    private int _unfinished;
    private int _hidden;
    private Exception? _failure;

    private TreeWalker(Func<FileVisitor<TState>> visitors, Func<string, bool>? mayShow, CancellationToken cancellationToken) =>
        (_visitors, _mayShow, _cancellationToken) = (visitors, mayShow, cancellationToken);

    /// <summary>Walks; returns when every directory was visited, or the walk was cancelled.</summary>
    /// <param name="roots">Where to begin: directory, the rules that hold in it, and the visitor's state.</param>
    /// <param name="visitors">Makes a visitor; each thread has its own.</param>
    /// <param name="mayShow">Says which paths may be shown; <c>null</c> if all may.</param>
    /// <param name="cancellationToken">Stops the walk.</param>
    /// <returns>How many files and directories were left out because they may not be shown.</returns>
    /// <exception cref="OperationCanceledException">The walk was stopped.</exception>
    public static async ValueTask<int> WalkAsync(
        IEnumerable<(string Path, IgnoreScope Scope, TState State)> roots, Func<FileVisitor<TState>> visitors,
        Func<string, bool>? mayShow, CancellationToken cancellationToken)
    {
        var walker = new TreeWalker<TState>(visitors, mayShow, cancellationToken);
        foreach (var (path, scope, state) in roots)
        {
            walker._pending.Push(new Pending(path, null, scope, state));
            walker._unfinished++;
        }

        var wake = cancellationToken.UnsafeRegister(static state => ((TreeWalker<TState>)state!).WakeAll(), walker);
        await using (wake.ConfigureAwait(false))
        {
            var threads = new Task[Math.Clamp(Environment.ProcessorCount, 2, 8)];
            for (var i = 0; i < threads.Length; i++)
            {
                threads[i] = Task.Run(walker.Work, CancellationToken.None);
            }

            await Task.WhenAll(threads).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return walker._hidden;
    }

    private void Work()
    {
        try
        {
            using var visitor = _visitors();
            var directories = new List<string>();
            var files = new List<string>();
            while (Take() is { } next)
            {
                directories.Clear();
                files.Clear();
                Visit(next, visitor, directories, files);
            }
        }
        catch (Exception exception)
        {
            // The other threads wait for directories this one will not bring: they have to hear of it before it is passed on.
            lock (_pending)
            {
                _failure ??= exception;
                Monitor.PulseAll(_pending);
            }

            throw;
        }
    }

    private void Visit(Pending next, FileVisitor<TState> visitor, List<string> directories, List<string> files)
    {
        var recognised = DirectoryEntries.Read(next.Path, directories, files);
        var scope = next.Name is null ? next.Scope : next.Scope.Enter(next.Name, recognised);
        foreach (var file in files)
        {
            if (_cancellationToken.IsCancellationRequested)
            {
                break;
            }

            if (visitor.Wants(next.State, file) && scope.Judge(file, PathKind.File) is IgnoreVerdict.Visible && MayShow(next.Path, file))
            {
                visitor.Visit(next.Path, file);
            }
        }

        var found = 0;
        foreach (var directory in directories)
        {
            if (visitor.TryEnter(next.State, directory, out var state)
                && scope.Judge(directory, PathKind.Directory) is IgnoreVerdict.Visible && MayShow(next.Path, directory))
            {
                lock (_pending)
                {
                    _pending.Push(new Pending(Path.Join(next.Path, directory), directory, scope, state));
                    _unfinished++;
                    found++;
                    if (found > 1)
                    {
                        Monitor.Pulse(_pending);
                    }
                }
            }
        }

        lock (_pending)
        {
            if (--_unfinished == 0)
            {
                Monitor.PulseAll(_pending);
            }
        }
    }

    private bool MayShow(string directory, string name)
    {
        if (_mayShow is null || _mayShow(Path.Join(directory, name)))
        {
            return true;
        }

        Interlocked.Increment(ref _hidden);
        return false;
    }

    private Pending? Take()
    {
        lock (_pending)
        {
            while (!_cancellationToken.IsCancellationRequested && _failure is null)
            {
                if (_pending.TryPop(out var next))
                {
                    return next;
                }

                if (_unfinished == 0)
                {
                    return null;
                }

                Monitor.Wait(_pending);
            }

            return null;
        }
    }

    private void WakeAll()
    {
        lock (_pending)
        {
            Monitor.PulseAll(_pending);
        }
    }

    // Without a name it is a root: its scope is its own. Otherwise the scope is its parent's.
    private sealed record Pending(string Path, string? Name, IgnoreScope Scope, TState State);
}
