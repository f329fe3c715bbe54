using System.ComponentModel;
using System.Diagnostics;

namespace QwenCode.Cli.Tests.Support;

/// <summary>A test that mounts file systems of its own; a system that does not let it is named as the reason for a skip.</summary>
internal sealed class MountTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> Obstacle = new(Find);

    public MountTheoryAttribute() => Skip = Obstacle.Value;

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Only Linux lets users mount something in a namespace of their own.";
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
            {
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"This system lets nobody mount a file system: {error.Trim()}";
        }
        catch (Win32Exception exception)
        {
            return $"This system lets nobody mount a file system: {exception.Message}";
        }
    }
}
