using System.ComponentModel;
using System.Diagnostics;

namespace QwenCode.Platform.Processes.Custody;

/// <summary>
/// Which machine, since when it is up, and which of its processes can be seen: numbers of processes mean nothing elsewhere.
/// </summary>
/// <param name="Name">The machine's name.</param>
/// <param name="Boot">What names the time since its last start; empty if the system has no such thing.</param>
/// <param name="Namespace">The namespace of process numbers, such as a container's; empty if the system has none.</param>
internal sealed record Machine(string Name, string Boot, string Namespace)
{
    /// <summary>Gets the machine that this program runs on.</summary>
    public static Machine Here { get; } = new(
        Environment.MachineName,
        OperatingSystem.IsLinux() ? OrEmpty(static () => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()) : string.Empty,
        OperatingSystem.IsLinux() ? OrEmpty(static () => new FileInfo("/proc/self/ns/pid").LinkTarget ?? string.Empty) : string.Empty);

    /// <summary>Returns whether this is another one since the same start. A machine's name may change with its network.</summary>
    public bool IsSame(Machine other) =>
        Namespace == other.Namespace && Boot == other.Boot && (Boot.Length > 0 || Name == other.Name);

    /// <summary>Returns whether its processes were or are seen from another one.</summary>
    public bool IsVisibleFrom(Machine other) => IsSame(other) || (Namespace == other.Namespace && Name == other.Name);

    // A confinement may hide these files; what is not known must not keep a process from being started.
    private static string OrEmpty(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    /// <summary>Returns when a living process was started, as the system counts; <c>null</c> if there is none.</summary>
    public static ulong? BirthOf(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            return SystemProcessTable.Instance.Find(id)?.StartedAt;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : (ulong)process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended, or is another user's.
            return null;
        }
    }
}
