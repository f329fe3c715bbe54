using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using QwenCode.Platform.Files;
using QwenCode.Storage.Files;
using QwenCode.Storage.Json;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Checkpoints;

/// <summary>
/// The files of one project's changes: a journal of change sets, the old contents of each in a file of its own, a mark for each call
/// that runs, and the <see cref="Baseline"/>. Readable for their owner alone.
/// </summary>
internal sealed class CheckpointStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly CheckpointOptions _options;
    private readonly TimeProvider _time;
    private long _imageBytes = -1;

    public CheckpointStore(Workspace workspace, CheckpointOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(workspace.Root)).AsSpan(0, 16));
        Root = Path.Combine(workspace.RuntimeDirectory, "undo", key);
    }

    /// <summary>Gets the folder.</summary>
    public string Root { get; }

    /// <summary>Gets the folder of the baseline.</summary>
    public string BaselineDirectory => Path.Combine(Root, "baseline");

    /// <summary>Gets the folder of the marks of calls that run.</summary>
    public string OpenDirectory => Path.Combine(Root, "open");

    /// <summary>Gets whether anything was ever kept.</summary>
    public bool Exists => File.Exists(JournalPath) || Directory.Exists(OpenDirectory);

    private string JournalPath => Path.Combine(Root, "journal.jsonl");

    private string ImageDirectory => Path.Combine(Root, "images");

    /// <summary>Returns the file of a change set's old contents.</summary>
    public string ImagePath(string id) => Path.Combine(ImageDirectory, id);

    /// <summary>Creates the folders.</summary>
    /// <exception cref="IOException">They cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Create()
    {
        foreach (var directory in (string[])[Path.GetDirectoryName(Root)!, Root, BaselineDirectory, OpenDirectory, ImageDirectory])
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, OwnerOnly);
            }
        }
    }

    /// <summary>Makes a name for a change set, which sorts by time.</summary>
    public string NewId() =>
        $"{_time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture)}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Waits until no other process works on the files.</summary>
    /// <exception cref="TimeoutException">One has for ten seconds.</exception>
    public async ValueTask<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            if (TryHold(Path.Combine(Root, "lock"), FileMode.OpenOrCreate) is { } held)
            {
                return held;
            }

            if (tries == 1000)
            {
                throw new TimeoutException($"another process holds {Root}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Appends a change set. Call it under the lock.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Append(ChangeSet set)
    {
        // A line that a kill has cut is ended first, so that it takes no other with it.
        var startsLine = File.Exists(JournalPath) && !FileTail.VisitBackwards(JournalPath, static _ => false);
        LineWriter.Write(set, ChangeSetJson.Write, (line, _) =>
        {
            using var file = AppendFile.Open(JournalPath);
            AppendFile.Write(file, line);
        }, startsLine);
        var image = new FileInfo(ImagePath(set.Id));
        _imageBytes = _imageBytes < 0 ? MeasureImages() : _imageBytes + (image.Exists ? image.Length : 0);
        Prune();
    }

    /// <summary>Reads all change sets, the oldest first. What is not readable is left out.</summary>
    public List<ChangeSet> Read()
    {
        var sets = new List<ChangeSet>();
        if (!File.Exists(JournalPath))
        {
            return sets;
        }

        using var lines = new LineReader(JournalPath);
        while (lines.TryRead(out var line))
        {
            if (ChangeSetJson.Read(line) is { } set)
            {
                sets.Add(set);
            }
        }

        return sets;
    }

    /// <summary>Marks that a call runs. The mark is held open, so that it tells a killed process from a living one.</summary>
    public FileStream Mark(ChangeSet set)
    {
        var mark = TryHold(Path.Combine(OpenDirectory, set.Id), FileMode.CreateNew)
            ?? throw new IOException($"The mark {set.Id} cannot be created.");
        LineWriter.Write(set, ChangeSetJson.Write, (line, _) =>
        {
            mark.Write(line);
            mark.Flush();
        });
        return mark;
    }

    /// <summary>Takes a mark away.</summary>
    public static void Unmark(FileStream mark)
    {
        // While it is held: nobody is to see it free and there.
        File.Delete(mark.Name);
        mark.Dispose();
    }

    /// <summary>Takes the marks of processes that were killed, the oldest first.</summary>
    public List<(FileStream Mark, ChangeSet? Set)> TakeLeftMarks()
    {
        var marks = new List<(FileStream, ChangeSet?)>();
        if (!Directory.Exists(OpenDirectory))
        {
            return marks;
        }

        foreach (var path in Directory.EnumerateFiles(OpenDirectory).Order(StringComparer.Ordinal))
        {
            if (TryHold(path, FileMode.Open) is { } mark)
            {
                var bytes = new byte[mark.Length];
                mark.ReadExactly(bytes);
                marks.Add((mark, ChangeSetJson.Read(bytes)));
            }
        }

        return marks;
    }

    private static FileStream? TryHold(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        if (OperatingSystem.IsWindows())
        {
            options.Share = FileShare.Delete;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            // Held by another process, or gone just now. What is wrong with the disk shows at the next write.
            return null;
        }
    }

    private long MeasureImages() => new DirectoryInfo(ImageDirectory).EnumerateFiles().Sum(static file => file.Length);

    // Forgets what is too old or too much, whole prompts at a time, the oldest first.
    private void Prune()
    {
        var sets = Read();
        var oldest = _time.GetUtcNow() - _options.MaxAge;
        var steps = sets.Where(static set => set.Kind is ChangeSetKind.Call).Select(static set => set.Step).Distinct().Count();
        if (_imageBytes <= _options.MaxBytes && steps <= _options.MaxSteps && (sets.Count == 0 || sets[0].At >= oldest))
        {
            return;
        }

        var kept = sets.Count;
        while (kept > 1 && (_imageBytes > _options.MaxBytes || steps > _options.MaxSteps || sets[^kept].At < oldest))
        {
            var set = sets[^kept--];
            steps -= set.Kind is ChangeSetKind.Call && !sets.TakeLast(kept).Any(other => other.Step == set.Step) ? 1 : 0;
            var image = new FileInfo(ImagePath(set.Id));
            if (image.Exists)
            {
                _imageBytes -= image.Length;
                image.Delete();
            }
        }

        using var draft = FileDraft.Create(JournalPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var set in sets.TakeLast(kept))
        {
            LineWriter.Write(set, ChangeSetJson.Write, (line, _) => draft.Write(line));
        }

        draft.Flush();
        draft.Commit();
    }
}
