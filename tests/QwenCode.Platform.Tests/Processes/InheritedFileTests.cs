using System.Runtime.InteropServices;
using QwenCode.Platform.Processes;

namespace QwenCode.Platform.Tests.Processes;

public sealed class InheritedFileTests
{
    [Fact]
    public async Task A_program_gets_no_file_that_this_process_was_started_with()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var file = File.OpenHandle("/etc/passwd");

        // A duplicate is inherited, as those are that a shell leaves open.
        var inherited = Duplicate((int)file.DangerousGetHandle());
        try
        {
            var run = await ProcessRun.RunAsync(
                new ProcessStart("sh", "/") { Arguments = ["-c", $"[ -e /proc/self/fd/{inherited} ] && echo open || echo closed"] },
                new ProcessRunOptions { Timeout = TimeSpan.FromMinutes(2) }, TimeProvider.System, CancellationToken.None);

            run.Output.Trim().ShouldBe("closed");
        }
        finally
        {
            _ = Close(inherited);
        }
    }

    [DllImport("libc", EntryPoint = "dup")]
    private static extern int Duplicate(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
