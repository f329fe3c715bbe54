using System.Globalization;
using System.Text.Json.Nodes;
using QwenCode.Mcp.Prompts;
using QwenCode.Mcp.Tools;

namespace QwenCode.Mcp.Tests;

/// <summary>Results of servers that are cut and mixed at random, with a fixed seed: each is read, and never throws.</summary>
public sealed class FuzzTests
{
    private const string Seed = """
        {"tools":[{"name":"a","inputSchema":{"type":"object","properties":{"x":{"type":"string"}},"required":["x"]},"annotations":{"readOnlyHint":true}},null],
        "nextCursor":"c","content":[{"type":"text","text":"t"},{"type":"image","data":"AQID","mimeType":"image/png"},{"type":"resource","resource":{"uri":"u","blob":"AQ=="}},
        {"type":"resource_link","uri":"u","name":"n"},{"type":"widget"}],"structuredContent":{"x":1},"isError":false,"toolResult":"old"}
        """;

    private static readonly int Runs =
        int.TryParse(Environment.GetEnvironmentVariable("QWEN_FUZZ_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 2_000;

    private static readonly string[] Words = ["null", "5", "\"x\"", "[]", "{}", "true", "\"\\ud83d\"", "\"data:,\""];

    [Fact]
    public void Any_result_is_read()
    {
        var random = new Random(31);
        for (var run = 0; run < Runs; run++)
        {
            var node = JsonNode.Parse(Seed);
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                Change(random, node);
            }

            Should.NotThrow(() => ToolListing.Read(SoundText.Element(node), [], []), $"run {run}");
            Should.NotThrow(() => PromptListing.Read("srv", [SoundText.Element(node)]), $"run {run}");
            Should.NotThrow(() => CallAnswer.Read(node), $"run {run}");
        }
    }

    private static void Change(Random random, JsonNode? node)
    {
        while (true)
        {
            switch (node)
            {
                case JsonObject { Count: > 0 } members:
                    var name = members.ElementAt(random.Next(members.Count)).Key;
                    if (random.Next(3) == 0)
                    {
                        members[name] = JsonNode.Parse(Words[random.Next(Words.Length)]);
                        return;
                    }

                    node = members[name];
                    break;
                case JsonArray { Count: > 0 } items:
                    var at = random.Next(items.Count);
                    if (random.Next(3) == 0)
                    {
                        items[at] = JsonNode.Parse(Words[random.Next(Words.Length)]);
                        return;
                    }

                    node = items[at];
                    break;
                default:
                    return;
            }
        }
    }
}
