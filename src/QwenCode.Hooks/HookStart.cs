using System.ComponentModel;

namespace QwenCode.Hooks;

/// <summary>Starts a process, and retries while the system is out of resources: a busy machine must not disable a guard.</summary>
internal static class HookStart
{
    private const int Unavailable = 11;
    private const int UnavailableMac = 35;
    private const int OutOfMemory = 12;
    private const int TooManyFilesInSystem = 23;
    private const int TooManyFiles = 24;
    private const int FileIsBeingWritten = 26;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Starts the process.</summary>
    /// <param name="start">Starts the process, or throws.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops retrying: the next failure is thrown.</param>
    public static async Task RunAsync(Func<bool> start, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                start();
                return;
            }
            catch (Exception exception) when (IsPassing(exception) && !cancellationToken.IsCancellationRequested)
            {
                // The delay ends at once on cancellation; the next attempt is then the last.
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static bool IsPassing(Exception exception) => !OperatingSystem.IsWindows() && exception is Win32Exception
    {
        NativeErrorCode: Unavailable or UnavailableMac or OutOfMemory or TooManyFilesInSystem or TooManyFiles or FileIsBeingWritten,
    };
}
