using System.Diagnostics;
using System.Text;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>A host that reads standard output alone.</summary>
public sealed class UnreadErrorsTests
{
    [UnixFact]
    public async Task Standard_error_that_nobody_reads_does_not_hold_up_the_messages()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));

        using var qwen = Process.Start(room.StartInPipe("--input-format", "stream-json", "-o", "stream-json"))!;
        try
        {
            // Each bad line is named there; together they are more than a pipe holds.
            var sending = Task.Run(() =>
            {
                var input = qwen.StandardInput.BaseStream;
                input.Write("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"hi\"}}\n"u8);
                input.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("no json\n", 5_000))));
                input.Flush();
            });
            using var patience = new CancellationTokenSource(QwenProcess.Patience);
            string? line;
            do
            {
                line = await qwen.StandardOutput.ReadLineAsync(patience.Token);
            }
            while (line is not null && !line.Contains("\"type\":\"result\"", StringComparison.Ordinal));

            line.ShouldNotBeNull().ShouldContain("Hi.");
        }
        finally
        {
            qwen.Kill(entireProcessTree: true);
        }
    }
}
