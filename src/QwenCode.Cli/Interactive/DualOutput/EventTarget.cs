using Microsoft.Win32.SafeHandles;
using QwenCode.Cli.IO;

namespace QwenCode.Cli.Interactive.DualOutput;

/// <summary>Where the events of a conversation go beside the terminal.</summary>
/// <param name="Name">What the user calls it.</param>
/// <param name="Open">Opens it; waits for the reader of a named pipe.</param>
internal sealed record EventTarget(string Name, Func<Stream> Open)
{
    private const int GetFlags = 3;
    private const int AccessMode = 3;

    /// <summary>Finds the target that the command line or the settings name.</summary>
    /// <param name="descriptor">The number of an open file of this process; <c>null</c> for none.</param>
    /// <param name="file">A file or a named pipe; <c>null</c> for none.</param>
    /// <param name="directory">The directory that a relative path begins at.</param>
    /// <param name="warn">Takes why a descriptor cannot be used; then there is no second output.</param>
    public static EventTarget? Find(int? descriptor, string? file, string directory, Action<string> warn)
    {
        if (descriptor is { } number)
        {
            var name = $"--json-fd {number}";
            var problem = OperatingSystem.IsWindows() ? "Windows has no such numbers; use --json-file"
                : number <= 2 ? "0, 1 and 2 are those of the terminal; use 3 or more"
                : Libc.Control(number, GetFlags) is var flags && flags < 0 ? "no such file is open; the caller has to pass it on"
                : (flags & AccessMode) == 0 ? "that file is open for reading only" : null;
            if (problem is not null)
            {
                warn($"{name} is left out: {problem}.");
                return null;
            }

            return new(name, () => new FileStream(new SafeFileHandle(number, ownsHandle: false), FileAccess.Write, 0));
        }

        if (file is null)
        {
            return null;
        }

        var path = Path.GetFullPath(file, directory);

        // Not locked: a reader follows it. What an earlier session left in a file would read as part of this one.
        return new(path, () =>
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0);
            // A device has no length to cut.
            if (stream.CanSeek && stream.Length > 0)
            {
                stream.SetLength(0);
            }

            return stream;
        });
    }
}
