using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Anthropic;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Tests.Wires;

/// <summary>The cases of Anthropic's wire: each answer, byte for byte, and what becomes of it.</summary>
public sealed class AnthropicCaseTests
{
    private static readonly Dictionary<string, Action<WireCase>> Right = new()
    {
        ["A01"] = static one => Blocks(one, 1).ShouldBe(
            """[{"type":"thinking","thinking":"one","signature":"sA"},{"type":"text","text":"I look."},{"type":"tool_use","id":"toolu_1","name":"list_directory","input":{"path":"/a"}},"""
            + """{"type":"thinking","thinking":"two","signature":"sB"},{"type":"tool_use","id":"toolu_2","name":"list_directory","input":{"path":"/b"}}]"""),
        ["A02"] = static one => Blocks(one, 1).ShouldStartWith("""[{"type":"thinking","thinking":"","signature":"sOnly"},{"type":"tool_use","id":"toolu_1","""),
        ["A03"] = static one => Blocks(one, 1).ShouldStartWith("""[{"type":"redacted_thinking","data":"opaque=="},{"type":"tool_use","id":"toolu_1","""),
        ["A04"] = static one => Blocks(one, 1).ShouldBe("""[{"type":"text","text":"yes"}]"""),
        ["A06"] = static one =>
        {
            one.LastBody.GetProperty("messages").GetArrayLength().ShouldBe(3);
            var ids = one.LastBody.GetProperty("messages")[1].GetProperty("content").EnumerateArray().Select(static block => block.GetProperty("id").GetString()!).ToList();
            ids.ShouldAllBe(static id => id.Replace("_", "").Replace("-", "").All(char.IsAsciiLetterOrDigit));
            var last = one.LastBody.GetProperty("messages")[2].GetProperty("content").EnumerateArray().ToList();
            last.Select(static block => block.GetProperty("type").GetString()).ShouldBe(["tool_result", "tool_result", "text"]);
            last.Take(2).Select(static block => block.GetProperty("tool_use_id").GetString()!).ShouldBe(ids);
        },
        ["A07"] = static one =>
        {
            one.Requests[0].Text.ShouldNotContain("tool_use");
            Blocks(one, 1).ShouldBe("""[{"type":"text","text":"look"}]""");
        },
        ["A08"] = static one => Blocks(one, 2).ShouldBe(
            """[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"a file"},{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"iVBORw=="}}]},"""
            + """{"type":"tool_result","tool_use_id":"t2","content":[{"type":"text","text":"a picture"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw=="}}],"cache_control":{"type":"ephemeral"}}]"""),
        ["A09"] = static one =>
        {
            (one.Text, one.Restarts, one.Requests.Count).ShouldBe(("fine", 1, 2));
        },
        ["A10"] = static one =>
        {
            (one.Text, one.Requests.Count).ShouldBe(("fine", 2));
            one.Waits.ShouldBe([TimeSpan.FromSeconds(2)]);
        },
        ["A11"] = static one =>
        {
            (one.Text, one.Requests.Count).ShouldBe(("fine", 2));
            one.Waits.ShouldBe([TimeSpan.FromSeconds(2)]);
        },
        ["A12"] = static one => (one.Arguments.Value!.Value.GetRawText(), one.Finish).ShouldBe(("{}", ChatFinishReason.ToolCalls)),
        ["A14"] = static one => (one.Arguments.IsTruncated, one.Finish).ShouldBe((true, ChatFinishReason.Length)),
        ["A15"] = static one => one.Arguments.Value!.Value.GetProperty("path").GetString().ShouldBe("/whole"),
        ["A16"] = static one => Counts(one).ShouldBe((8849, 426, 8831)),
        ["A18"] = static one =>
        {
            // It never ends: five times it is sent back, then what there is is taken.
            (one.Requests.Count, one.Finish, one.Fault).ShouldBe((6, ChatFinishReason.Stop, null));
            Blocks(one, 1).ShouldStartWith("""[{"type":"text","text":"searching"},{"type":"text","text":"searching"},""");
        },
        ["A19"] = static one =>
        {
            (one.Requests.Count, one.Fault!.Fault).ShouldBe((1, ModelFault.TooLong));
            one.Fault.Message.ShouldContain("context window");
        },
        ["A20"] = static one =>
        {
            (one.Requests.Count, one.Fault!.Fault).ShouldBe((1, ModelFault.Refused));
            one.Fault.Message.ShouldContain("(cyber: no)");
        },
        ["A21"] = static one => (one.Text, one.Restarts, one.Requests.Count).ShouldBe(("fine", 1, 2)),
        ["A22"] = static one =>
        {
            one.Text.ShouldBe("fine");
            one.Contents.OfType<ProviderContent>().Single().Value.GetProperty("type").GetString().ShouldBe("novel_block");
        },
        ["A23"] = static one => Thinking(one).ShouldBe("""{"type":"adaptive","display":"summarized"} {"effort":"high"} 40000"""),
        ["A24"] = static one => Thinking(one).ShouldBe("""{"type":"enabled","budget_tokens":57536}  65536"""),
        ["A26"] = static one =>
        {
            one.Text.ShouldBe("whole");
            Counts(one).ShouldBe((3, 2, null));
        },
        ["A27"] = static one => (one.Requests.Count, one.Fault!.Status).ShouldBe((1, 413)),
    };

    public static TheoryData<string> Cases => [.. WireCase.Names('A').Select(static name => name.Split(' ')[0])];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_odd_answer_is_read_right(string word) =>
        Right[word](await WireCase.RunAsync(word, static (server, clock, model) => new AnthropicChatClient(
            new AnthropicClientOptions { Model = model, ApiKey = "k", BaseUrl = server.BaseUrl, Protocol = "anthropic", TimeProvider = clock, Jitter = static () => 0.5 },
            new SocketTransport(clock))));

    private static string Blocks(WireCase one, int message) => one.LastBody.GetProperty("messages")[message].GetProperty("content").GetRawText();

    private static (long? Input, long? Output, long? Cached) Counts(WireCase one) =>
        (one.Usage!.InputTokenCount, one.Usage.OutputTokenCount, one.Usage.CachedInputTokenCount);

    private static string Thinking(WireCase one) => string.Join(' ', ((string[])["thinking", "output_config", "max_tokens"])
        .Select(name => one.LastBody.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : string.Empty));
}
