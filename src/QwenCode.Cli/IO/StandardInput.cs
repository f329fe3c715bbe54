using System.Text;
using Microsoft.Win32.SafeHandles;

namespace QwenCode.Cli.IO;

/// <summary>Standard input, without the console class.</summary>
internal static class StandardInput
{
    /// <summary>More than this is cut off, with a warning: a prompt of that size is a mistake.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private const int FirstByteMilliseconds = 500;

    /// <summary>Gets whether standard input is a terminal.</summary>
    public static bool IsTerminal => OperatingSystem.IsWindows() ? !Console.IsInputRedirected : Libc.IsATty(0) == 1;

    /// <summary>Opens standard input for reading, for as long as the program runs.</summary>
    public static Stream Open() => StandardDescriptors.WasClosed(0) ? Stream.Null
        : OperatingSystem.IsWindows() ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0, isAsync: false);

    /// <summary>Reads all that is piped in. An input whose first byte does not come within half a second counts as empty.</summary>
    public static string ReadAll(Action<string> warn)
    {
        if (!OperatingSystem.IsWindows() && !StandardDescriptors.WasClosed(0))
        {
            var poll = new PollDescriptor { Descriptor = 0, Events = 1 };
            if (Libc.Poll(ref poll, 1, FirstByteMilliseconds) == 0)
            {
                return string.Empty;
            }
        }

        using var stream = Open();
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer) is > 0 and var read)
        {
            var room = MaxBytes - (int)bytes.Length;
            bytes.Write(buffer, 0, Math.Min(read, room));
            if (read > room)
            {
                warn($"Standard input is longer than {MaxBytes / (1024 * 1024)} MiB; the rest was left out.");
                break;
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length).TrimStart('\uFEFF');
    }
}
