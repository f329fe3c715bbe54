using System.Text.Json;
using QwenCode.Hooks;
using QwenCode.Protocol.Control;

namespace QwenCode.Protocol.Tests;

/// <summary>What a host brings in its handshake beside agents and servers.</summary>
public sealed class HostHookTests
{
    [Theory]
    [InlineData("""[{"event":"PreToolUse","callback_id":"a"}]""", "*", 60)]
    [InlineData("""[{"event":"PreToolUse","callback_id":"a","matcher":"edit|write_file","timeout":2.5}]""", "edit|write_file", 2.5)]
    [InlineData("""{"PreToolUse":[{"hookCallbackIds":["a"]}]}""", "*", 60)]
    [InlineData("""{"PreToolUse":[{"matcher":"glob","hookCallbackIds":["a"],"timeout":5}]}""", "glob", 5)]
    public void Hooks_come_in_either_form(string hooks, string matcher, double seconds) =>
        Read(hooks).ShouldHaveSingleItem().ShouldBe(new HostHook(HookEvent.PreToolUse, matcher, "a", TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Several_hooks_keep_their_order()
    {
        var hooks = Read("""{"Stop":[{"hookCallbackIds":["a","b"]}],"PreToolUse":[{"matcher":"x","hookCallbackIds":["c"]},{"hookCallbackIds":["d"]}]}""");

        hooks.Select(static hook => (hook.Event, hook.CallbackId)).ShouldBe(
            [(HookEvent.Stop, "a"), (HookEvent.Stop, "b"), (HookEvent.PreToolUse, "c"), (HookEvent.PreToolUse, "d")]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void No_hooks_are_none(string hooks) => Read(hooks).ShouldBeEmpty();

    [Theory]
    [InlineData("\"PreToolUse\"", "hooks must be a list")]
    [InlineData("[7]", "there is no event ''")]
    [InlineData("""[{"event":"pretooluse","callback_id":"a"}]""", "there is no event 'pretooluse'")]
    [InlineData("""[{"event":"PreToolUse,Stop","callback_id":"a"}]""", "there is no event")]
    [InlineData("""[{"event":"Stop","callback_id":7}]""", "hooks[0]: the id of a callback")]
    [InlineData("""[{"event":"Stop","callback_id":"a","timeout":"5"}]""", "hooks[0].timeout")]
    [InlineData("""[{"event":"Stop","callback_id":"a","timeout":-1}]""", "hooks[0].timeout")]
    [InlineData("""{"Stop":[{"matcher":"x"}]}""", "hooks.Stop[].hookCallbackIds")]
    [InlineData("""{"Stop":[{"hookCallbackIds":[""]}]}""", "hooks.Stop[]: the id of a callback")]
    [InlineData("""{"Nope":[]}""", "there is no event 'Nope'")]
    public void A_hook_that_cannot_be_used_is_named_and_none_is_dropped(string hooks, string problem) =>
        Should.Throw<HostRequestException>(() => Read(hooks)).Message.ShouldContain(problem);

    [Theory]
    [InlineData("""{"timeout":{"canUseTool":1500}}""", 1500)]
    [InlineData("""{"timeout":{}}""", null)]
    [InlineData("""{"timeout":null}""", null)]
    [InlineData("{}", null)]
    public void The_time_for_a_decision_is_in_milliseconds(string request, int? milliseconds) =>
        InitializeRequest.Read(JsonElement.Parse(request)).PermissionTimeout.ShouldBe(milliseconds is { } given ? TimeSpan.FromMilliseconds(given) : null);

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1e300")]
    [InlineData("\"60\"")]
    public void A_time_that_makes_no_sense_is_refused(string time) =>
        Should.Throw<HostRequestException>(() => InitializeRequest.Read(JsonElement.Parse($$"""{"timeout":{"canUseTool":{{time}} } }"""))).Message.ShouldContain("timeout.canUseTool");

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"keepConfiguredAgents":true}""", true)]
    [InlineData("""{"keepConfiguredAgents":"yes"}""", false)]
    public void Configured_agents_stay_if_the_host_says_so(string request, bool stay) =>
        InitializeRequest.Read(JsonElement.Parse(request)).KeepsConfiguredAgents.ShouldBe(stay);

    private static IReadOnlyList<HostHook> Read(string hooks) => InitializeRequest.Read(JsonElement.Parse($$"""{"hooks":{{hooks}} }""")).Hooks;
}
