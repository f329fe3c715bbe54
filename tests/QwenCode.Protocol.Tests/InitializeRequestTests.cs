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
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"permissions\":[\"Edit\"]}]}", "agents[0].permissions must be an object")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"permissions\":{\"denny\":[]}}]}", "agents[0].permissions holds something that is no list of rules")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"permissions\":{\"deny\":[],\"deny\":[]}}]}", "agents[0].permissions.deny is there more than once")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"permissions\":{\"deny\":null}}]}", "agents[0].permissions.deny must be a list of rules")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"permissions\":{\"deny\":[\"Edit\",7]}}]}", "agents[0].permissions.deny[1] must be a string")]
    [InlineData("{\"agents\":[{\"name\":\"a\",\"description\":\"d\",\"systemPrompt\":\"p\",\"permissions\":{\"allow\":\"bad\"}}]}", "agents[0].permissions.allow: the rule \"bad\" is not valid: no")]
    public void An_agent_that_cannot_be_used_is_named(string json, string expected) =>
        Should.Throw<HostRequestException>(() => InitializeRequest.Read(Messages.Json(json), static rule => rule == "bad" ? "no" : null)).Message.ShouldContain(expected);

    [Fact]
    public void The_rules_of_an_agent_are_read_as_those_of_an_agent_file()
    {
        var agents = InitializeRequest.Read(Messages.Json(
            """
            {"agents":[{"name":"a","description":"d","systemPrompt":"p","permissions":{"allow":[],"ask":"Edit","deny":["Bash(rm *)","WebFetch"]}},
             {"name":"b","description":"d","systemPrompt":"p","permissions":null}]}
            """)).Agents;

        var permissions = agents[0].Permissions.ShouldNotBeNull();
        permissions.Origin.ShouldBe("agents[0].permissions");
        permissions.Allow.ShouldNotBeNull().ShouldBeEmpty();
        permissions.Ask.ShouldBe([new("Edit", "agents[0].permissions.ask")]);
        permissions.Deny.ShouldBe([new("Bash(rm *)", "agents[0].permissions.deny[0]"), new("WebFetch", "agents[0].permissions.deny[1]")]);
        agents[1].Permissions.ShouldBeNull();
    }

    [Fact]
    public void Nothing_brought_is_nothing() => InitializeRequest.Read(Messages.Json("{\"subtype\":\"initialize\",\"hooks\":null}")).Agents.ShouldBeEmpty();
}
