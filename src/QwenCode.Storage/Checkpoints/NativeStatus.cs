using System.Runtime.InteropServices;

namespace QwenCode.Storage.Checkpoints;

/// <summary>The call of Linux that tells of a file what .NET does not: its number, and when its status was changed.</summary>
internal static unsafe partial class NativeStatus
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int AccessDenied = 13;
    public const int NotDirectory = 20;
    public const int NotImplemented = 38;

    private const int CurrentDirectory = -100;
    private const int WithoutFollowing = 0x100;
    private const uint Basic = 0x7FF;

    /// <summary>Reads the status of a path; a link at its end is not followed.</summary>
    /// <returns>0, or the error's number.</returns>
    public static int Read(string path, out Status status)
    {
        fixed (Status* target = &status)
        {
            try
            {
                return StatX(CurrentDirectory, path, WithoutFollowing, Basic, target) == 0 ? 0 : Marshal.GetLastPInvokeError();
            }
            catch (EntryPointNotFoundException)
            {
                return NotImplemented;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Status* status);

    /// <summary>The kernel's <c>struct statx</c>, which is laid out alike on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Number;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
