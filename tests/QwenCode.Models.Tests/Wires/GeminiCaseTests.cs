using Microsoft.Extensions.AI;
using QwenCode.Models.Gemini;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Tests.Wires;

/// <summary>The cases of Gemini's wire: each answer, byte for byte, and what becomes of it.</summary>
public sealed class GeminiCaseTests
{
    private static readonly Dictionary<string, Action<WireCase>> Right = new()
    {
        ["G01"] = static one =>
        {
            Parts(one, 1).ShouldBe(
                """[{"functionCall":{"name":"list_directory","args":{"path":"/a"}},"thoughtSignature":"S1"},{"functionCall":{"name":"list_directory","args":{"path":"/b"}}}]""");
            Parts(one, 2).ShouldBe(
                """[{"functionResponse":{"name":"list_directory","response":{"output":"done"}}},{"functionResponse":{"name":"list_directory","response":{"output":"done"}}}]""");
        },
        ["G02"] = static one => Parts(one, 1).ShouldBe("""[{"text":"Hello"},{"text":"","thoughtSignature":"S2"}]"""),
        ["G03"] = static one => Parts(one, 1).ShouldBe(
            """[{"functionCall":{"id":"c1","name":"list_directory","args":{"path":"/a"}},"thoughtSignature":"skip_thought_signature_validator"},"""
            + """{"functionCall":{"id":"c2","name":"list_directory","args":{"path":"/a"}}}]"""),
        ["G04"] = static one =>
        {
            var calls = one.Contents.OfType<FunctionCallContent>().ToList();
            calls.Select(static call => call.CallId).ShouldBeUnique();
            calls.Select(static call => call.Arguments!["path"]!.ToString()).ShouldBe(["/a", "/b"]);
        },
        ["G05"] = static one => (one.Text, one.Requests.Count, one.Fault).ShouldBe(("fine", 2, null)),
        ["G07"] = static one =>
        {
            (one.Requests.Count, one.Fault!.Fault).ShouldBe((1, ModelFault.Refused));
            one.Fault.Message.ShouldContain("PROHIBITED_CONTENT");
        },
        ["G08"] = static one =>
        {
            (one.Requests.Count, one.Fault!.Fault, one.Text).ShouldBe((1, ModelFault.Refused, "Half"));
            one.Fault.Message.ShouldContain("SAFETY): HARM_CATEGORY_DANGEROUS_CONTENT");
        },
        ["G09"] = static one => (one.Usage!.InputTokenCount, one.Usage.OutputTokenCount, one.Usage.ReasoningTokenCount, one.Usage.CachedInputTokenCount, one.Usage.TotalTokenCount)
            .ShouldBe((55021, 1708, 785, 50000, 56729)),
        ["G10"] = static one =>
        {
            one.Text.ShouldBe("fine");
            one.Waits.ShouldBe([TimeSpan.FromSeconds(2)]);
        },
        ["G11"] = static one =>
        {
            (one.Requests.Count, one.Fault!.Fault).ShouldBe((1, ModelFault.RateLimited));
            one.Fault.Advice.ShouldContain("11 h 0 min");
        },
        ["G12"] = static one => (one.Text, one.Restarts, one.Requests.Count).ShouldBe(("fine", 1, 2)),
        ["G14"] = static one => (one.Finish, one.Fault, one.Requests.Count).ShouldBe((ChatFinishReason.Length, null, 1)),
        ["G15"] = static one => (one.Text, one.Finish).ShouldBe(("whole", ChatFinishReason.Stop)),
        ["G16"] = static one =>
        {
            one.Contents.OfType<FunctionCallContent>().ShouldBeEmpty();
            (one.Requests.Count, one.Fault!.Fault).ShouldBe((4, ModelFault.BrokenStream));
            one.Fault.Message.ShouldContain("MALFORMED_FUNCTION_CALL");
        },
        ["G17"] = static one => Parts(one, 2).ShouldBe(
            """[{"functionResponse":{"id":"c1","name":"list_directory","response":{"output":"a picture"},"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBORw=="}}]}}]"""),
    };

    public static TheoryData<string> Cases => [.. WireCase.Names('G').Select(static name => name.Split(' ')[0])];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_odd_answer_is_read_right(string word) =>
        Right[word](await WireCase.RunAsync(word, static (server, clock, model) => new GeminiChatClient(
            new GeminiClientOptions { Model = model, ApiKey = "k", BaseUrl = server.BaseUrl, Protocol = "gemini", TimeProvider = clock, Jitter = static () => 0.5 },
            new SocketTransport(clock))));

    private static string Parts(WireCase one, int content) => one.LastBody.GetProperty("contents")[content].GetProperty("parts").GetRawText();
}
