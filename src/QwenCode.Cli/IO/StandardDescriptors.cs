namespace QwenCode.Cli.IO;

/// <summary>
/// Which of the three standard descriptors the program was given. If a shell closes one (<c>qwen &gt;&amp;-</c>), the runtime gives its
/// number to a pipe or a file of its own, and what is meant for the user would be written into that.
/// </summary>
internal static class StandardDescriptors
{
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;
    private const int ReadWrite = 2;
    private static readonly int OpenCloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    // No array and no loop: a start pays for each method that is compiled.
    private static bool _isInputClosed;
    private static bool _isOutputClosed;
    private static bool _isErrorClosed;

    /// <summary>Looks at the descriptors, before anything else opens a file.</summary>
    public static void Examine()
    {
        if (!OperatingSystem.IsWindows())
        {
            _isInputClosed = IsClosed(0);
            _isOutputClosed = IsClosed(1);
            _isErrorClosed = IsClosed(2);
        }
    }

    /// <summary>Returns whether a descriptor was closed when the program was started.</summary>
    /// <param name="descriptor">0, 1 or 2.</param>
    public static bool WasClosed(int descriptor) =>
        descriptor == 0 ? _isInputClosed : descriptor == 1 ? _isOutputClosed : _isErrorClosed;

    private static bool IsClosed(int descriptor)
    {
        var flags = Libc.Control(descriptor, GetDescriptorFlags);
        if (flags < 0)
        {
            // Taken, so that no file of ours gets the number. It is the lowest free one.
            _ = Libc.Open("/dev/null", ReadWrite | OpenCloseOnExec);
            return true;
        }

        // What a program is started with is not closed by starting it: such a descriptor is the runtime's own.
        return (flags & CloseOnExec) != 0;
    }
}
