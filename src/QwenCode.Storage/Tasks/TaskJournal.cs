using Microsoft.Win32.SafeHandles;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Storage.Files;
using QwenCode.Storage.Json;
using QwenCode.Storage.Transcripts;
using QwenCode.Tasks;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Tasks;

/// <summary>
/// The journal of a session's tasks, a file of lines beside the session's transcript. One process keeps it at a time; a session without
/// tasks has none, and nothing is opened before the first of them.
/// </summary>
/// <remarks>
/// <see cref="Started"/> and <see cref="Delivered"/> do not throw if a line cannot be written: that is reported once. What a lost
/// line costs is known: a task whose start was lost is not found after a crash, and one whose delivery was lost is delivered again.
/// The lock is the operating system's and goes with the process, however that ends. On file systems without locks there is none.
/// </remarks>
public sealed class TaskJournal : ITaskJournal
{
    private readonly Lock _gate = new();
    private readonly Lock _syncGate = new();
    private readonly string _path;
    private readonly TimeProvider _timeProvider;
    private readonly TaskJournalOptions _options;
    private FileStream? _lock;
    private SafeFileHandle? _file;
    private bool _isClosed;
    private bool _isInMidLine;
    private bool _hasReported;
    private long _written;
    private long _synced;
    private long _lost;

    /// <summary>Creates a journal; touches no file.</summary>
    /// <param name="path">The file, as <see cref="PathFor"/> returns it.</param>
    /// <param name="timeProvider">Gives the time of each line.</param>
    /// <param name="options">How to keep it.</param>
    public TaskJournal(string path, TimeProvider timeProvider, TaskJournalOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_path, _timeProvider, _options) = (path, timeProvider, options ?? new TaskJournalOptions());
    }

    /// <summary>Returns the place of a session's journal.</summary>
    /// <param name="workspace">The project.</param>
    /// <param name="session">The session.</param>
    public static string PathFor(Workspace workspace, SessionId session)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return Path.ChangeExtension(new TranscriptPaths(workspace.ProjectDirectory).Session(session), ".tasks.jsonl");
    }

    /// <inheritdoc/>
    /// <exception cref="TaskJournalInUseException">Another process keeps the journal.</exception>
    /// <exception cref="IOException">The journal is there and cannot be read.</exception>
    public IReadOnlyList<JournaledTask> Recover()
    {
        lock (_gate)
        {
            if (!File.Exists(_path))
            {
                return [];
            }

            if (_file is null)
            {
                Open();
            }

            return TaskJournalReader.Read(_path, _options.Report).Tasks;
        }
    }

    /// <inheritdoc/>
    public void Started(TaskSnapshot task)
    {
        ArgumentNullException.ThrowIfNull(task);
        TryAppend("started", task, task.Id);
    }

    /// <inheritdoc/>
    public void Ended(TaskSnapshot task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var line = Append("ended", task, task.Id);
        if (_options.Sync is SyncPolicy.EachEnd)
        {
            Sync(line);
        }
    }

    /// <inheritdoc/>
    public void Delivered(string taskId, AgentId? consumer)
    {
        ArgumentNullException.ThrowIfNull(taskId);
        TryAppend("delivered", null, taskId, consumer?.Value ?? string.Empty);
    }

    /// <inheritdoc/>
    public void Answered(string taskId)
    {
        ArgumentNullException.ThrowIfNull(taskId);
        TryAppend("answered", null, taskId);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_syncGate)
        {
            lock (_gate)
            {
                if (_file is not null)
                {
                    TryAppend("closed", null, null);
                }

                _isClosed = true;
                _file?.Dispose();
                _lock?.Dispose();
                (_file, _lock) = (null, null);
            }
        }

        return ValueTask.CompletedTask;
    }

    private void TryAppend(string operation, TaskSnapshot? task, string? id, string? consumer = null)
    {
        try
        {
            Append(operation, task, id, consumer);
        }
        catch (IOException exception)
        {
            if (!Interlocked.Exchange(ref _hasReported, true))
            {
                _options.Report($"The journal of tasks '{_path}' is incomplete; after a crash, background tasks may be missing or be "
                    + $"reported twice: {exception.Message}");
            }
        }
    }

    /// <summary>Hands a line to the operating system.</summary>
    /// <returns>The number of the line.</returns>
    private long Append(string operation, TaskSnapshot? task, string? id, string? consumer = null)
    {
        lock (_gate)
        {
            try
            {
                if (_file is null)
                {
                    Open();
                }

                Write(operation, task, id, consumer);
                return ++_written;
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or TaskJournalInUseException)
            {
                throw new IOException(exception.Message, exception);
            }
        }
    }

    private void Open()
    {
        if (_isClosed)
        {
            throw new IOException($"The journal '{_path}' is closed.");
        }

        _lock = Lock();
        try
        {
            _isInMidLine = File.Exists(_path) && !FileTail.VisitBackwards(_path, static _ => false);
            _file = AppendFile.Open(_path);
            Write("opened", null, null);
        }
        catch
        {
            _file?.Dispose();
            _lock.Dispose();
            (_file, _lock) = (null, null);
            throw;
        }
    }

    private FileStream Lock()
    {
        var path = _path + ".lock";
        try
        {
            AppendFile.Open(path).Dispose(); // Makes it, with its directories and rights.
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        // EWOULDBLOCK (Linux, macOS), sharing violation
        catch (IOException exception) when (exception.HResult is 11 or 35 or unchecked((int)0x80070020))
        {
            var owner = TaskJournalReader.Read(_path).ProcessId;
            throw new TaskJournalInUseException(
                $"The session's background tasks belong to {(owner is { } id ? $"the process {id}" : "another process")}, which still "
                    + $"runs ('{_path}'). Close it there first, or begin a new session.",
                owner,
                exception);
        }
    }

    private void Write(string operation, TaskSnapshot? task, string? id, string? consumer = null) => LineWriter.Write(
        (Journal: this, Operation: operation, Task: task, Id: id, Consumer: consumer),
        static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, 1);
            writer.WriteString("op"u8, state.Operation);
            writer.WriteString("at"u8, TaskJson.Format(state.Journal._timeProvider.GetUtcNow()));
            if (state.Task is { } task)
            {
                TaskJson.Write(writer, task);
            }
            else if (state.Id is { } id)
            {
                writer.WriteText("id"u8, id);
                if (state.Consumer is { } consumer)
                {
                    writer.WriteText("to"u8, consumer);
                }
            }
            else
            {
                writer.WriteNumber("pid"u8, Environment.ProcessId);
            }

            writer.WriteEndObject();
        },
        static (line, state) => state.Journal.WriteLine(line),
        startsLine: _isInMidLine);

    private void WriteLine(ReadOnlySpan<byte> line)
    {
        _isInMidLine = true; // Until the whole line is there: a full disk may take half of it.
        AppendFile.Write(_file!, line);
        _isInMidLine = false;
    }

    /// <summary>
    /// Returns once a line is on the disk. A caller that comes while another syncs finds its line covered by the next sync, with all
    /// that came meanwhile.
    /// </summary>
    private void Sync(long line)
    {
        lock (_syncGate)
        {
            // After a sync that failed, the system may call the same pages clean although they never reached the disk.
            if (_lost >= line)
            {
                throw new IOException($"The journal '{_path}' could not be forced to the disk.");
            }

            if (_synced >= line)
            {
                return;
            }

            var covered = Interlocked.Read(ref _written);
            try
            {
                RandomAccess.FlushToDisk(_file ?? throw new IOException($"The journal '{_path}' is closed."));
                _synced = covered;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _lost = covered;
                throw new IOException($"The journal '{_path}' could not be forced to the disk: {exception.Message}", exception);
            }
        }
    }
}
