using Microsoft.Extensions.AI;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tests.Compaction;

/// <summary>A session whose model has a window of 20,000 tokens, and a tool whose results fill it.</summary>
internal static class SmallWindow
{
    public const string Goal = "Port the parser to the new grammar; keep the error messages.";

    public static KernelBench Open(int window = 20_000, int result = 2_000)
    {
        var bench = new KernelBench();
        bench.Windows["test-model"] = window;
        bench.Model.CountsTokens = true;
        var text = Words(result);
        bench.Tools.Add(new TestTool("look", (arguments, _, _) => Task.FromResult(ToolResult.Success($"{arguments.String("at")}: {text}"))));
        return bench;
    }

    public static bool IsSummary(Request request) => request.EndsInUser && request.LastText.StartsWith("Stop for a moment", StringComparison.Ordinal);

    public static bool IsCompacted(Request request) => Compacted(request).Length > 0;

    /// <summary>Returns the text of the message that stands for what was compacted; empty if there is none.</summary>
    public static string Compacted(Request request) => string.Concat(request.Messages
        .Where(static message => message.Text.StartsWith("<compacted-conversation>", StringComparison.Ordinal))
        .SelectMany(static message => message.Contents.OfType<TextContent>().Select(static part => part.Text)));

    public static string Section(string compacted, string name)
    {
        var start = compacted.IndexOf($"<{name}>\n", StringComparison.Ordinal);
        return start < 0 ? string.Empty : compacted[(start + name.Length + 3)..compacted.IndexOf($"\n</{name}>", start, StringComparison.Ordinal)];
    }

    /// <summary>Returns what the user said, as a request has it, in the compacted part and behind it.</summary>
    public static string AllText(Request request) => string.Join('\n', request.Messages.SelectMany(static message => message.Contents).Select(static part => part switch
    {
        TextContent text => text.Text,
        FunctionResultContent result => result.Result?.ToString() ?? string.Empty,
        _ => string.Empty,
    }));

    /// <summary>The model calls a tool round after round, then answers.</summary>
    public static void Works(this TestModel model, int rounds, Func<Request, bool>? who = null, string tool = "look", string final = "done")
    {
        var count = 0;
        model.Answers(request => !IsSummary(request) && (who?.Invoke(request) ?? true) && count < rounds, _ =>
        {
            count++;
            return [TestModel.Call($"call_{tool}_{count}", tool, $$"""{"at":"{{count}}","file_path":"/src/file{{count}}.cs"}""")];
        });
        if (final.Length > 0)
        {
            model.Says(final, request => !IsSummary(request) && (who?.Invoke(request) ?? true));
        }
    }

    public static TestModel Summarizes(this TestModel model, string notes = "Half of the grammar is ported.") => model.Says(notes, IsSummary);

    /// <summary>Every call has exactly one result behind it, in the next message; no result is without its call.</summary>
    public static void ShouldBePaired(Request request)
    {
        var open = new List<string>();
        foreach (var message in request.Messages)
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
            {
                open.Remove(result.CallId).ShouldBeTrue($"{result.CallId} has no call");
            }

            if (message.Role != ChatRole.Tool)
            {
                open.ShouldBeEmpty();
            }

            open.AddRange(message.Contents.OfType<FunctionCallContent>().Select(static call => call.CallId));
        }

        open.ShouldBeEmpty();
    }

    public static IReadOnlyList<CompressionEntry> Compressions(this KernelBench bench) => [.. bench.Transcripts.Main.Entries.OfType<CompressionEntry>()];

    public static string Words(int length) => string.Create(length, 0, static (span, _) =>
    {
        const string words = "the parser reads a token and then looks for the rule that begins with it ";
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = words[i % words.Length];
        }
    });
}
