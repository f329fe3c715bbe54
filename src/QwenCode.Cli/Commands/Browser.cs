using QwenCode.Platform.Processes;

namespace QwenCode.Cli.Commands;

/// <summary>The user's browser.</summary>
internal static class Browser
{
    /// <summary>Opens an address, unless there is nobody before a screen: over SSH, without one, or with <c>NO_BROWSER</c>.</summary>
    /// <param name="address">The address.</param>
    /// <param name="environment">The environment; <c>BROWSER</c> names a program.</param>
    /// <returns>Whether a browser was started.</returns>
    public static bool TryOpen(Uri address, IReadOnlyDictionary<string, string> environment)
    {
        if (Has("NO_BROWSER"))
        {
            return false;
        }

        var own = environment.GetValueOrDefault("BROWSER") is { Length: > 0 } named ? named : null;
        if (own is null && (Has("SSH_CONNECTION") || (OperatingSystem.IsLinux() && !Has("DISPLAY") && !Has("WAYLAND_DISPLAY"))))
        {
            return false;
        }

        var (program, arguments) = own is not null ? (own, new[] { address.AbsoluteUri })
            : OperatingSystem.IsWindows() ? ("rundll32.exe", ["url.dll,FileProtocolHandler", address.AbsoluteUri])
            : (OperatingSystem.IsMacOS() ? "open" : "xdg-open", [address.AbsoluteUri]);
        if (!OperatingSystem.IsWindows())
        {
            // Left in the background: a browser that begins with this address stays open when this program ends.
            (program, arguments) = ("/bin/sh", ["-c", "\"$0\" \"$1\" </dev/null >/dev/null 2>&1 &", program, arguments[0]]);
        }

        try
        {
            SupervisedProcess.Start(
                new ProcessStart(program, Path.GetTempPath())
                {
                    Arguments = arguments, Environment = environment, OnOutput = static _ => { }, OnError = static _ => { },
                },
                TimeProvider.System);
            return true;
        }
        catch (ProcessStartException)
        {
            return false;
        }

        bool Has(string name) => environment.GetValueOrDefault(name) is { Length: > 0 };
    }
}
