using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Configuration;
using QwenCode.Models;

namespace QwenCode.Cli.Running;

/// <summary>Turns what escapes a run into a sentence and an exit code.</summary>
internal static class Failures
{
    /// <summary>Prints the sentence, and with <c>--debug</c> the stack.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, bool isDebugging)
    {
        if (exception is AggregateException { InnerExceptions: [var only] })
        {
            exception = only;
        }

        StandardStreams.ErrorLine(Explain(exception, isDebugging));
        if (exception is UsageException)
        {
            StandardStreams.Error("\n" + HelpText.Render());
        }

        if (isDebugging)
        {
            StandardStreams.ErrorLine($"[ERROR] {PlainText.Of(exception.ToString())}");
        }

        return exception switch
        {
            SettingsException settings => settings.ExitCode,
            OperationCanceledException => ExitCodes.Cancelled,
            _ => ExitCodes.Failure,
        };
    }

    private static string Explain(Exception exception, bool isDebugging) => exception switch
    {
        ModelException { Advice.Length: > 0 } fault => $"{fault.Message} {fault.Advice}",
        QwenCodeException or IOException or UnauthorizedAccessException => exception.Message,
        OperationCanceledException => "Operation cancelled.",
        _ => $"qwen failed: "
        + $"{exception.Message.ReplaceLineEndings(" ")}{(isDebugging ? string.Empty : " Run it again with --debug for the stack.")}",
    };
}
