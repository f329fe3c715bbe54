using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace QwenCode.Platform.Processes.Custody;

/// <summary>
/// The processes that this program runs in one project, in a file that exists only while there are any: what a killed program leaves
/// behind is found by the next one, and a program that leaves nothing leaves no file.
/// </summary>
/// <remarks>
/// Each program has a file of its own, named after its number and the time it was started, so that programs in one project never write to
/// the same one. A line that cannot be written is left out: the process matters more than its line.
/// </remarks>
/// <param name="folder">Where the ledgers of the project are.</param>
internal sealed class ProcessLedger(string folder)
{
    private const int Longest = 256 * 1024;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly Dictionary<string, ProcessLedger> Kept = new(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<byte[]>> _open = new(StringComparer.Ordinal);
    private FileStream? _file;
    private string _path = string.Empty;
    private long _written;

    /// <summary>Returns where the ledgers of a project are.</summary>
    public static string FolderOf(string projectDirectory) => Path.Combine(projectDirectory, "processes");

    /// <summary>Returns this program's ledger of a project; touches no file.</summary>
    public static ProcessLedger Of(string projectDirectory)
    {
        var folder = FolderOf(projectDirectory);
        lock (Kept)
        {
            if (!Kept.TryGetValue(folder, out var ledger))
            {
                Kept[folder] = ledger = new ProcessLedger(folder);
            }

            return ledger;
        }
    }

    /// <summary>Notes that a process is about to be started.</summary>
    public void Announce(string mark, ProcessOwner owner, string program)
    {
        lock (_gate)
        {
            _open[mark] = [];
        }

        Note(mark, "start", json =>
        {
            json.WriteString("kind"u8, owner.Kind);
            json.WriteString("name"u8, owner.Name.Length > 0 ? owner.Name : Path.GetFileName(program));
            json.WriteString("session"u8, owner.Session);
            json.WriteString("task"u8, owner.Task);
            json.WriteString("at"u8, TimeProvider.System.GetUtcNow());
        });
    }

    /// <summary>Notes the number of a process, and when it was started.</summary>
    public void Born(string mark, int id) => Note(mark, "born", json =>
    {
        json.WriteNumber("pid"u8, id);
        if (Machine.BirthOf(id) is { } birth)
        {
            json.WriteNumber("birth"u8, birth);
        }
    });

    /// <summary>Notes the task that a process has become.</summary>
    public void Assign(string mark, string task) => Note(mark, "task", json => json.WriteString("task"u8, task));

    /// <summary>Notes the end of a process. The last one takes the file with it.</summary>
    public void End(string mark)
    {
        lock (_gate)
        {
            if (!_open.Remove(mark))
            {
                return;
            }

            if (_open.Count == 0)
            {
                Close();
                return;
            }

            Write(null, json => WriteHead(json, mark, "end"));
            if (_written > Longest)
            {
                Shorten();
            }
        }
    }

    private static void WriteHead(Utf8JsonWriter json, string mark, string operation)
    {
        json.WriteString("op"u8, operation);
        json.WriteString("mark"u8, mark);
    }

    // Of a process that has ended nothing is noted any more.
    private void Note(string mark, string operation, Action<Utf8JsonWriter> write)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(mark, out var lines))
            {
                Write(lines, json =>
                {
                    WriteHead(json, mark, operation);
                    write(json);
                });
            }
        }
    }

    private void Close()
    {
        if (_file is not { } file)
        {
            return;
        }

        _file = null;
        try
        {
            // Deleted first: a reader must not find a file of a living program that is not written to any more.
            File.Delete(_path);
            file.Dispose();
            Directory.Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another program has its ledger there, or the file is gone already.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "See the remarks of the type.")]
    private void Write(List<byte[]>? lines, Action<Utf8JsonWriter> write)
    {
        try
        {
            if (_file is null)
            {
                (_path, _written) = (NewPath(), 0);
                _file = Open(_path, FileMode.Append);
                Append(Line(WriteOwner));
            }

            var line = Line(write);
            lines?.Add(line);
            Append(line);
        }
        catch (Exception)
        {
            // See the remarks of the type.
        }
    }

    // A program that runs for days starts many processes while one lives on: only the lines of those that live are kept.
    [SuppressMessage("Design", "CA1031", Justification = "See the remarks of the type.")]
    private void Shorten()
    {
        try
        {
            var old = _file;
            var next = Open(_path + ".new", FileMode.Create);
            next.Write(Line(WriteOwner));
            foreach (var lines in _open.Values)
            {
                lines.ForEach(line => next.Write(line));
            }

            File.Move(_path + ".new", _path, overwrite: true);
            (_file, _written) = (next, 0);
            old?.Dispose();
        }
        catch (Exception)
        {
            // It stays long.
        }
    }

    private string NewPath() => Path.Combine(folder, string.Create(
        CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Machine.BirthOf(Environment.ProcessId) ?? 0}.jsonl"));

    private FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        // Another program that ends may take the empty folder away in between.
        for (var attempt = 0; ; attempt++)
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(folder) : Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
            try
            {
                return new FileStream(path, options);
            }
            catch (DirectoryNotFoundException) when (attempt < 3)
            {
                // Made again.
            }
        }
    }

    private void Append(byte[] line)
    {
        _file!.Write(line);
        _written += line.Length;
    }

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    private static void WriteOwner(Utf8JsonWriter json)
    {
        json.WriteString("op"u8, "owner"u8);
        json.WriteNumber("v"u8, 1);
        json.WriteString("machine"u8, Machine.Here.Name);
        json.WriteString("boot"u8, Machine.Here.Boot);
        json.WriteString("namespace"u8, Machine.Here.Namespace);
    }
}
