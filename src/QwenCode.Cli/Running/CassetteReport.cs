using QwenCode.Cli.IO;
using QwenCode.Models.Cassettes;

namespace QwenCode.Cli.Running;

/// <summary>Shows the user what a cassette has to say, and fails a run that is not what was recorded.</summary>
internal static class CassetteReport
{
    /// <summary>Listens to a cassette for the time of a run.</summary>
    /// <param name="cassette">The cassette.</param>
    /// <param name="run">The run.</param>
    public static void Attach(ModelCassette cassette, RunHost run)
    {
        cassette.Report = static note => StandardStreams.ErrorLine($"Warning: {PlainText.Of(note)}");
        run.Review = code =>
        {
            if (cassette.Fault is not { } fault || code is not ExitCodes.Success)
            {
                return code;
            }

            // The main agent may have ended well without the one that asked for what is not there.
            StandardStreams.ErrorLine(PlainText.Of(fault));
            return ExitCodes.Failure;
        };
    }
}
