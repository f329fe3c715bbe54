using QwenCode.Protocol.Control;

namespace QwenCode.Protocol.Tests;

public sealed class InitializeRequestTests
{
    [Fact]
    public void Servers_and_agents_are_read()
    {
        var request = InitializeRequest.Read(Messages.Json(
            """
            {"subtype":"initialize","hooks":null,"sdkMcpServers":{"k":{"type":"sdk","name":"calc"}},"mcpServers":{"out":{"command":"x"}},
             "agents":[{"name":"scout","description":"d","systemPrompt":"p","tools":["read_file"],"runConfig":{"max_turns":3,"max_time_minutes":0.5}}]}
            """));
        request.SdkServers.ShouldBe(["calc"]);
        request.Servers.GetRawText().ShouldBe("""{"out":{"command":"x"}}""");
        var agent = request.Agents.ShouldHaveSingleItem();
        agent.Name.ShouldBe("scout");
        agent.Tools.ShouldBe(["read_file"]);
        agent.Budget.MaxTurns.ShouldBe(3);
        agent.Budget.MaxDuration.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("{\"agents\":[7]}", "agents[0]")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\"}]}", "agents[0].systemPrompt")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"tools\":[1]}]}", "agents[0].tools")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"runConfig\":{\"max_turns\":0}}]}", "agents[0].runConfig.max_turns")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"permissions\":{\"deny\":[\"Edit\"]}}]}", "agents[0].permissions")]
    public void An_agent_that_cannot_be_used_is_named(string json, string expected) =>
        Should.Throw<HostRequestException>(() => InitializeRequest.Read(Messages.Json(json))).Message.ShouldContain(expected);

    [Fact]
    public void Nothing_brought_is_nothing() => InitializeRequest.Read(Messages.Json("{\"subtype\":\"initialize\",\"hooks\":null}")).Agents.ShouldBeEmpty();
}
