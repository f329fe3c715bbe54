using System.Text.Json;
using System.Threading.Channels;
using QwenCode.Agents;
using QwenCode.Permissions;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Tests.Acp;

public sealed class AcpPermissionsTests
{
    private readonly RecordingSink _sink = new();
    private readonly JsonRpcPeer _peer;
    private readonly Channel<PermissionInput> _answers = Channel.CreateUnbounded<PermissionInput>();
    private readonly List<string> _withdrawn = [];
    private readonly AcpPermissions _permissions;

    public AcpPermissionsTests()
    {
        _peer = new JsonRpcPeer(_sink);
        _permissions = new AcpPermissions(new Silent(), _peer, "s1", _withdrawn.Add, answer => _answers.Writer.TryWrite(answer));
    }

    public static TheoryData<ToolConfirmation, bool, string> Options => new()
    {
        { new EditConfirmation("t", "/w/a", "", null, "x"), true, "proceed_always proceed_once cancel" },
        { new EditConfirmation("t", "/w/a", "", null, "x"), false, "proceed_once cancel" },
        { new ExecuteConfirmation("t", "ls", ["ls"], ["Bash(ls)"]), true, "proceed_always_project proceed_always_user proceed_once cancel" },
        { new ExecuteConfirmation("t", "ls", ["ls"], ["Bash(ls)"]), false, "proceed_once cancel" },
        { new ExecuteConfirmation("t", "ls", ["ls"], []), true, "proceed_once cancel" },
        { new McpConfirmation("t", "calc", "add", ["mcp__calc__add"]), true, "proceed_always_project proceed_always_user proceed_once cancel" },
        { new InfoConfirmation("t", "p", ["https://a"], ["WebFetch(domain:a)"]), true, "proceed_always_project proceed_always_user proceed_once cancel" },
        { new PlanConfirmation("t", "1."), true, "restore_previous proceed_always proceed_once cancel" },
        { new PlanConfirmation("t", "1."), false, "restore_previous proceed_once cancel" },
        { new QuestionConfirmation("t", []), true, "proceed_once cancel" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public async Task The_answers_that_are_offered_fit_the_call(ToolConfirmation confirmation, bool offersAlways, string options)
    {
        var asked = await AskAsync(confirmation, offersAlways);

        string.Join(' ', asked.GetProperty("params").GetProperty("options").EnumerateArray().Select(static one => one.GetProperty("optionId").GetString()))
            .ShouldBe(options);
    }

    [Theory]
    [InlineData("proceed_once", PermissionOutcome.ProceedOnce)]
    [InlineData("proceed_always_project", PermissionOutcome.ProceedAlwaysProject)]
    [InlineData("proceed_always_user", PermissionOutcome.ProceedAlwaysUser)]
    [InlineData("cancel", PermissionOutcome.Cancel)]
    [InlineData("proceed_always", PermissionOutcome.Cancel)]
    [InlineData("PROCEED_ONCE", PermissionOutcome.Cancel)]
    public async Task Only_an_option_that_was_offered_runs_a_call(string option, PermissionOutcome outcome)
    {
        var asked = await AskAsync(new ExecuteConfirmation("t", "ls", ["ls"], ["Bash(ls)"]), offersAlways: true);

        Answer(asked, $$$"""{"outcome":{"outcome":"selected","optionId":"{{{option}}}"}}""");

        (await _answers.Reader.ReadAsync()).Answer.Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task A_client_that_is_gone_refuses_what_is_open_and_all_that_comes_later()
    {
        await AskAsync(new InfoConfirmation("t", "p", []), offersAlways: false);
        _peer.Close();
        _permissions.OnEvent(Request(new InfoConfirmation("t", "p", []), false, "r2"));

        foreach (var _ in Enumerable.Range(0, 2))
        {
            (await _answers.Reader.ReadAsync()).Answer.ShouldSatisfyAllConditions(
                static answer => answer.Outcome.ShouldBe(PermissionOutcome.Cancel), static answer => answer.Message.ShouldBe("Error: The client is gone."));
        }
    }

    [Fact]
    public async Task A_question_that_is_settled_elsewhere_is_withdrawn()
    {
        var asked = await AskAsync(new InfoConfirmation("t", "p", []), offersAlways: false);

        _permissions.OnEvent(new PermissionSettled(AgentId.Main, "r1", PermissionOutcome.ProceedOnce));

        var withdrawn = await _sink.NextAsync();
        withdrawn.GetProperty("method").GetString().ShouldBe("$/cancel_request");
        withdrawn.GetProperty("params").GetProperty("requestId").GetInt32().ShouldBe(asked.GetProperty("id").GetInt32());
        _answers.Reader.TryRead(out var answered).ShouldBeFalse();
        _withdrawn.ShouldBe(["r1"]);
    }

    [Fact]
    public async Task A_plan_names_the_mode_that_it_came_from()
    {
        _permissions.OnEvent(new RunStarted(AgentId.Main, new SessionInfo(new SessionId("s1"), "/w", "m", ApprovalMode.AutoEdit, [], [], [])));
        _permissions.OnEvent(new ApprovalModeChanged(AgentId.Main, ApprovalMode.Plan));

        var asked = await AskAsync(new PlanConfirmation("t", "1. Do it."), offersAlways: false);

        asked.GetProperty("params").GetProperty("options")[0].GetProperty("name").GetString()!.ShouldContain("auto-edit");
    }

    [Fact]
    public async Task A_plan_of_a_session_that_has_not_run_names_the_mode_it_began_with()
    {
        _permissions.Begin(ApprovalMode.Yolo);
        _permissions.OnEvent(new ApprovalModeChanged(AgentId.Main, ApprovalMode.Plan));

        var asked = await AskAsync(new PlanConfirmation("t", "1. Do it."), offersAlways: false);

        asked.GetProperty("params").GetProperty("options")[0].GetProperty("name").GetString()!.ShouldContain("yolo");
    }

    private async Task<JsonElement> AskAsync(ToolConfirmation confirmation, bool offersAlways)
    {
        _permissions.OnEvent(Request(confirmation, offersAlways, "r1"));
        return await _sink.NextAsync();
    }

    private static PermissionRequested Request(ToolConfirmation confirmation, bool offersAlways, string id) =>
        new(AgentId.Main, id, new ToolCallInfo("c1", "run", Messages.Json("{}")), confirmation, offersAlways);

    private void Answer(JsonElement asked, string result) => _peer.Answer(JsonRpcMessage.Read(
        System.Text.Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{asked.GetProperty("id").GetRawText()}},"result":{{result}}}"""), out _));

    private sealed class Silent : IFrontEnd
    {
        public void OnEvent(AgentEvent agentEvent)
        {
        }
    }
}
