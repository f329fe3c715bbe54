namespace QwenCode.Platform.Processes;

/// <summary>A program could not be started.</summary>
/// <param name="message">What could not be started, where and why.</param>
/// <param name="errorCode">The error number of the system.</param>
/// <param name="innerException">The cause.</param>
public sealed class ProcessStartException(string message, int errorCode, Exception? innerException = null)
    : Exception(message, innerException)
{
    private const int Unavailable = 11;
    private const int UnavailableMac = 35;
    private const int OutOfMemory = 12;
    private const int TooManyFilesInSystem = 23;
    private const int TooManyFiles = 24;
    private const int FileIsBeingWritten = 26;

    /// <summary>Gets the error number of the system.</summary>
    public int ErrorCode { get; } = errorCode;

    /// <summary>Gets whether the system may have room for the process a moment later.</summary>
    public bool IsTransient => !OperatingSystem.IsWindows()
        && ErrorCode is Unavailable or UnavailableMac or OutOfMemory or TooManyFilesInSystem or TooManyFiles or FileIsBeingWritten;
}
