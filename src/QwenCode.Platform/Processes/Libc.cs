using System.Runtime.InteropServices;

namespace QwenCode.Platform.Processes;

/// <summary>
/// The calls into the C library that <see cref="System.Diagnostics.Process"/> has no equal for: a session of its own, one pipe
/// for both outputs, signals to a group, the signal a process died of, and knowing of an end without giving the number back.
/// </summary>
internal static partial class Libc
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int ErrorNoEntry = 2;
    public const int ErrorInterrupted = 4;
    public const short PollIn = 1;

    private const int IdOfProcess = 1;
    private const int WaitNoHang = 1;
    private const int WaitExited = 4;
    private static readonly int WaitLeave = OperatingSystem.IsLinux() ? 0x0100_0000 : 0x20;

    // posix_spawn flags; only the last one differs between systems.
    private const short SpawnSetSignalDefaults = 0x04;
    private const short SpawnSetSignalMask = 0x08;
    private const short SpawnSetSessionLinux = 0x80;
    private const short SpawnSetSessionMac = 0x0400;

    /// <summary>Starts a program as the leader of a new session, with its ends of the pipes.</summary>
    /// <returns>Zero, or the error number.</returns>
    public static int Spawn(
        out int processId, string file, string?[] arguments, string?[] environment, string? directory, UnixProcess.Pipes pipes)
    {
        // Opaque to us, and larger than in any C library we know (glibc and musl: 80, 336 and 128 bytes).
        Span<byte> actions = stackalloc byte[512];
        Span<byte> attributes = stackalloc byte[1024];
        Span<byte> signals = stackalloc byte[256];
        processId = 0;
        InitActions(actions);
        InitAttributes(attributes);
        try
        {
            // The runtime ignores SIGPIPE and may block others; a command must find the usual state, or `yes | head` never ends.
            _ = SetFlags(attributes, (short)(
                SpawnSetSignalDefaults | SpawnSetSignalMask | (OperatingSystem.IsMacOS() ? SpawnSetSessionMac : SpawnSetSessionLinux)));
            _ = EmptySignals(signals);
            _ = SetSignalMask(attributes, signals);
            _ = FillSignals(signals);
            _ = SetSignalDefaults(attributes, signals);
            _ = pipes.FarInput is { } input
                ? AddDuplicate(actions, (int)input.DangerousGetHandle(), 0)
                : AddOpen(actions, 0, "/dev/null", 0, 0);
            _ = AddDuplicate(actions, (int)pipes.FarOutput.DangerousGetHandle(), 1);
            _ = AddDuplicate(actions, (int)pipes.FarError.DangerousGetHandle(), 2);
            CloseOthers(actions);
            if (directory is not null)
            {
                _ = AddChangeDirectory(actions, directory);
            }

            return SpawnOnPath(out processId, file, actions, attributes, arguments, environment);
        }
        finally
        {
            // The pipes are the caller's, and open until this call is over.
            GC.KeepAlive(pipes);
            DestroyActions(actions);
            DestroyAttributes(attributes);
        }
    }

    // What this process was started with may lead anywhere, out of a sandbox, too: a file that a user's shell has open, or the socket of a
    // supervisor. C libraries that cannot close it (musl, and glibc before 2.34) leave it to its owner.
    private static void CloseOthers(Span<byte> actions)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                _ = AddCloseFrom(actions, 3);
            }
        }
        catch (EntryPointNotFoundException)
        {
        }
    }

    /// <summary>Waits until a child has ended, and leaves its number its own. Blocks.</summary>
    public static void WaitForEnd(int processId)
    {
        Span<byte> news = stackalloc byte[128];
        while (WaitId(IdOfProcess, processId, news, WaitExited | WaitLeave) != 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted)
        {
        }
    }

    /// <summary>Returns whether a child that was not reaped has ended.</summary>
    public static bool HasEnded(int processId)
    {
        Span<byte> news = stackalloc byte[128];
        news.Clear();

        // The first field is the number of a signal, and zero if there is no news.
        return WaitId(IdOfProcess, processId, news, WaitExited | WaitLeave | WaitNoHang) != 0 || MemoryMarshal.Read<int>(news) != 0;
    }

    /// <summary>Takes the news of the end of a child; its number may be another process's afterwards.</summary>
    /// <returns>How it ended; unknown if another part of the host has taken the news.</returns>
    public static ProcessExit Reap(int processId)
    {
        while (true)
        {
            var result = WaitPid(processId, out var status, 0);
            if (result == processId)
            {
                var signal = status & 0x7f;
                return signal == 0 ? new((status >> 8) & 0xff, null) : new(null, signal);
            }

            if (Marshal.GetLastPInvokeError() != ErrorInterrupted)
            {
                return new(null, null);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollEntry> entries, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeHandle handle, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, int processId, Span<byte> news, int options);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int processId, out int status, int options);

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SpawnOnPath(
        out int processId, string file, Span<byte> actions, Span<byte> attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(Span<byte> actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(Span<byte> actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(Span<byte> actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(Span<byte> actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static partial int AddCloseFrom(Span<byte> actions, int from);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddChangeDirectory(Span<byte> actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(Span<byte> attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetSignalMask(Span<byte> attributes, Span<byte> signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetSignalDefaults(Span<byte> attributes, Span<byte> signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySignals(Span<byte> signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSignals(Span<byte> signals);

    /// <summary>One descriptor to watch, laid out as <c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }
}
