using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Transport;

namespace QwenCode.Benchmarks.Wire;

/// <summary>What a turn costs at a given length of the history: only what is new may be encoded.</summary>
internal static class HistoryBenchmark
{
    private const int Turns = 200;

    public static async Task<string> RunAsync(int messages)
    {
        var (answer, _) = SseText.Create(1_000, 32);
        var seen = new HashSet<byte[]>(ReferenceEqualityComparer.Instance);
        var (body, anew, asked, making) = (0L, 0L, 0L, 0L);
        var isCounting = false;
        using var client = new OpenAIChatClient(
            new OpenAIClientOptions { Model = "scripted", ApiKey = "benchmark", BaseUrl = new Uri("http://127.0.0.1:9/v1") },
            new MemoryTransport(() => new MemoryStream(answer, writable: false), Look));
        var history = new List<ChatMessage> { new HistoryMessage(ChatRole.User, "Read every line.") };
        while (history.Count < messages)
        {
            AddTurn(history);
        }

        var options = new ChatOptions { Instructions = new string('x', 18_000) };
        for (var warmUp = 0; warmUp < 50; warmUp++)
        {
            AddTurn(history);
            await AskAsync(client, history, options).ConfigureAwait(false);
        }

        // Timed first and looked at afterwards: remembering every piece costs more than making the request.
        history.RemoveRange(messages - (messages % 2) + 1, history.Count - (messages - (messages % 2) + 1));
        making = 0;
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        for (var turn = 0; turn < Turns; turn++)
        {
            AddTurn(history);
            asked = Stopwatch.GetTimestamp();
            await AskAsync(client, history, options).ConfigureAwait(false);
        }

        var time = watch.Elapsed.TotalMicroseconds / Turns;
        var request = Stopwatch.GetElapsedTime(0, making).TotalMicroseconds / Turns;
        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / Turns;
        isCounting = true;
        for (var turn = 0; turn < 2; turn++)
        {
            (body, anew) = (0, 0);
            AddTurn(history);
            await AskAsync(client, history, options).ConfigureAwait(false);
        }

        return string.Create(CultureInfo.InvariantCulture, $"| {messages} | {time:0.0} | {request:0.0} | {body / 1024.0:0.0} | {anew / 1024.0:0.0} | {allocated / 1024.0:0.0} |");

        void Look(TransportRequest made)
        {
            making += Stopwatch.GetTimestamp() - asked;
            if (!isCounting)
            {
                return;
            }

            foreach (var piece in made.Body)
            {
                body += piece.Length;
                if (seen.Add(piece))
                {
                    anew += piece.Length;
                }
            }
        }
    }

    private static void AddTurn(List<ChatMessage> history)
    {
        var id = $"call_{history.Count}";
        var arguments = new Dictionary<string, object?> { ["file_path"] = "/work/lines.txt", ["offset"] = history.Count, ["limit"] = 1 };
        history.Add(new HistoryMessage(ChatRole.Assistant, [new FunctionCallContent(id, "read_file", arguments)]));
        history.Add(new HistoryMessage(ChatRole.Tool, [new FunctionResultContent(id, $"This is line {history.Count} of the file that is read.")]));
    }

    private static async Task AskAsync(OpenAIChatClient client, List<ChatMessage> history, ChatOptions options)
    {
        await foreach (var update in client.GetStreamingResponseAsync(history, options).ConfigureAwait(false))
        {
            _ = update;
        }
    }
}
