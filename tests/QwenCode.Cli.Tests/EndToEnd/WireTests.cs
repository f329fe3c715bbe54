using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>The program with models of other protocols than OpenAI's.</summary>
public sealed class WireTests
{
    private const string Thought = """{"type":"thinking","thinking":"I look.","signature":"claude-signed"}""";

    private const string Call = """{"type":"tool_use","id":"toolu_1","name":"list_directory","input":{"path":"."}}""";

    [Fact]
    public async Task A_session_goes_from_Claude_to_Gemini_and_back_and_each_gets_its_own_signatures_alone()
    {
        await using var room = Wired();
        room.Model.Then(
            Claude("tool_use", Thought, """{"type":"text","text":"Let me see."}""", Call),
            Claude("end_turn", """{"type":"text","text":"One of Claude."}"""),
            Gemini("""{"text":"Two of Gemini."},{"text":"","thoughtSignature":"gemini-signed"}"""),
            Claude("end_turn", """{"type":"text","text":"Three of Claude."}"""));

        (await room.RunAsync("-p", "one", "-m", "claude-sonnet-4-5")).Output.ShouldContain("One of Claude.");
        (await room.RunAsync("-p", "two", "--continue", "--auth-type", "gemini", "-m", "gemini-3-pro")).Output.ShouldContain("Two of Gemini.");
        (await room.RunAsync("-p", "three", "--continue", "--auth-type", "anthropic", "-m", "claude-sonnet-4-5")).Output.ShouldContain("Three of Claude.");

        var bodies = room.Model.Requests.Select(static request => request.Body.GetRawText()).ToList();
        bodies.Count.ShouldBe(4);
        bodies[1].ShouldContain($"{Thought},");
        bodies[2].ShouldNotContain("claude-signed");
        bodies[2].ShouldContain("skip_thought_signature_validator");
        bodies[3].ShouldContain($"[{Thought},");
        bodies[3].ShouldContain("Two of Gemini.");
        bodies[3].ShouldNotContain("gemini-signed");
        room.Model.Requests[3].Headers["x-api-key"].ShouldBe(Room.Key);
    }

    [Fact]
    public async Task A_refusal_of_the_model_is_said_and_fails_the_run()
    {
        await using var room = Wired();
        room.Model.Then(new ModelReply(200, """{"type":"message","content":[],"stop_reason":"refusal","stop_details":{"category":"cyber"}}"""));

        var result = await room.RunAsync("-p", "one", "--auth-type", "anthropic", "-m", "claude-sonnet-4-5");

        result.ExitCode.ShouldBe(1);
        (result.Output + result.Error).ShouldContain("the model refuses to answer (cyber)");
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [UnixFact]
    public async Task Doctor_says_which_account_Vertex_is_asked_with()
    {
        await using var room = new Room().WithoutModel();
        (room.Environment["GOOGLE_CLOUD_PROJECT"], room.Environment["GOOGLE_CLOUD_LOCATION"]) = ("p1", "global");
        (room.Environment["GOOGLE_MODEL"], room.Environment["GOOGLE_API_KEY"]) = ("gemini-3-pro", Room.Key);
        room.Environment["GOOGLE_ACCESS_TOKEN_COMMAND"] = "echo token";

        var result = await room.RunAsync("doctor", "--auth-type", "vertex-ai");

        result.Output.ShouldContain("account    the command of GOOGLE_ACCESS_TOKEN_COMMAND, for the project p1 in global; GOOGLE_API_KEY is set, too, and not used");
        result.Output.ShouldNotContain(Room.Key);
    }

    private static Room Wired()
    {
        var room = new Room().WithoutModel();
        var baseUrl = $"http://127.0.0.1:{room.Model.Port}";
        room.Environment["OWN_KEY"] = Room.Key;
        room.WriteHome(".qwen/settings.json", JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["modelProviders"] = new
            {
                anthropic = new[] { new { id = "claude-sonnet-4-5", envKey = "OWN_KEY", baseUrl } },
                gemini = new[] { new { id = "gemini-3-pro", envKey = "OWN_KEY", baseUrl } },
            },
            ["security"] = new { auth = new { selectedType = "anthropic" } },
            ["model"] = new { name = "claude-sonnet-4-5" },
        }));
        return room;
    }

    private static ModelReply Claude(string stop, params string[] blocks) => new(
        200, "{\"type\":\"message\",\"content\":[" + string.Join(',', blocks) + "],\"stop_reason\":\"" + stop + "\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}");

    private static ModelReply Gemini(string parts) => new(
        200, "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + parts + "]},\"finishReason\":\"STOP\"}]}\n\n");
}
