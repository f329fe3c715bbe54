using System.Globalization;

namespace QwenCode.Plugin.Shell;

/// <summary>Numbers of signals, which editors name in several ways. Only those that have one number on all systems.</summary>
internal static class SignalNames
{
    private const int Longest = 64;

    /// <summary>Returns the number of a signal as text, or the name itself if it is not known.</summary>
    /// <param name="name">The name as an editor gives it: <c>SIGKILL</c>, <c>KILL</c>, <c>Killed</c> or <c>9</c>.</param>
    public static string NumberOf(string name)
    {
        var word = name.Trim().ToUpperInvariant();
        return (word.StartsWith("SIG", StringComparison.Ordinal) ? word[3..] : word) switch
        {
            "HUP" or "HANGUP" => "1",
            "INT" or "INTERRUPT" => "2",
            "QUIT" => "3",
            "ILL" or "ILLEGAL INSTRUCTION" => "4",
            "ABRT" or "ABORTED" => "6",
            "FPE" or "FLOATING POINT EXCEPTION" => "8",
            "KILL" or "KILLED" => "9",
            "SEGV" or "SEGMENTATION FAULT" => "11",
            "PIPE" or "BROKEN PIPE" => "13",
            "ALRM" or "ALARM CLOCK" => "14",
            "TERM" or "TERMINATED" => "15",
            var other when int.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out _) => other,
            _ => name.ReplaceLineEndings(" ") is { Length: > Longest } text ? text[..Longest] : name.ReplaceLineEndings(" "),
        };
    }
}
