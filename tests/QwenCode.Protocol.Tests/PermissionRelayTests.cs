using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using QwenCode.Agents;
using QwenCode.Protocol.Control;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Tests;

public sealed class PermissionRelayTests
{
    private readonly RecordingSink _sink = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HostChannel _host;
    private readonly Channel<PermissionInput> _answers = Channel.CreateUnbounded<PermissionInput>();
    private readonly PermissionRelay _relay;

    public PermissionRelayTests()
    {
        _host = new HostChannel(new ControlWriter(_sink), _time);
        _relay = new PermissionRelay(new Silent(), _host, answer => _answers.Writer.TryWrite(answer));
    }

    public static TheoryData<ToolConfirmation, string, string, string> Labels => new()
    {
        { new EditConfirmation("t", "/w/out.txt", "", null, ""), "Allow Edit", "Edit file: out.txt", "Block this file edit" },
        { new ExecuteConfirmation("t", "rm x", [], []), "Allow Command", "Execute: rm x", "Block this command execution" },
        { new McpConfirmation("t", "calc", "add", []), "Allow MCP Call", "calc: add", "Block this MCP server call" },
        { new InfoConfirmation("Fetch it", "p", []), "Allow Info Request", "Fetch it", "Block this information request" },
        { new QuestionConfirmation("Ask", []), "Allow", "Ask", "Block edit operation" },
    };

    [Theory]
    [MemberData(nameof(Labels))]
    public async Task The_host_is_asked_in_words_that_fit_the_call(ToolConfirmation confirmation, string allow, string description, string deny)
    {
        var asked = (await AskAsync(confirmation)).GetProperty("request");
        asked.GetProperty("subtype").GetString().ShouldBe("can_use_tool");
        asked.GetProperty("tool_name").GetString().ShouldBe("write_file");
        asked.GetProperty("tool_use_id").GetString().ShouldBe("call_1");
        asked.GetProperty("blocked_path").ValueKind.ShouldBe(JsonValueKind.Null);
        var offers = asked.GetProperty("permission_suggestions");
        offers[0].GetProperty("label").GetString().ShouldBe(allow);
        offers[0].GetProperty("description").GetString().ShouldBe(description);
        offers[1].GetProperty("description").GetString().ShouldBe(deny);
        offers.GetArrayLength().ShouldBe(confirmation is EditConfirmation ? 3 : 2);
    }

    [Theory]
    [InlineData("{\"behavior\":\"allow\"}", PermissionOutcome.ProceedOnce, null)]
    [InlineData("{\"behavior\":\"deny\",\"message\":\"not today\"}", PermissionOutcome.Cancel, "not today")]
    [InlineData("{\"behavior\":\"deny\"}", PermissionOutcome.Cancel, "Denied")]
    [InlineData("{\"behavior\":\"ALLOW\"}", PermissionOutcome.Cancel, "Denied")]
    [InlineData("null", PermissionOutcome.Cancel, "Denied")]
    public async Task Only_a_clear_yes_runs_the_call(string response, PermissionOutcome outcome, string? message)
    {
        _host.Answer(Messages.Success(await AskAsync(), response));
        var answer = (await _answers.Reader.ReadAsync()).Answer;
        answer.Outcome.ShouldBe(outcome);
        answer.Message.ShouldBe(message);
        answer.UpdatedInput.ShouldBeNull();
    }

    [Theory]
    [InlineData("{\"a\":2}", true)]
    [InlineData("{ \"a\": 1 }", false)]
    [InlineData("null", false)]
    public async Task Input_that_the_host_changed_is_used(string updated, bool isUsed)
    {
        _host.Answer(Messages.Success(await AskAsync(), $"{{\"behavior\":\"allow\",\"updatedInput\":{updated}}}"));
        (await _answers.Reader.ReadAsync()).Answer.UpdatedInput.HasValue.ShouldBe(isUsed);
    }

    [Fact]
    public async Task An_error_of_the_host_refuses_the_call()
    {
        _host.Answer(Messages.Error(await AskAsync(), "gone"));
        (await _answers.Reader.ReadAsync()).Answer.ShouldBe(new PermissionAnswer(PermissionOutcome.Cancel) { Message = "Error: gone" });
    }

    [Fact]
    public async Task No_answer_in_time_refuses_the_call()
    {
        await AskAsync();
        _time.Advance(HostChannel.Timeout);
        (await _answers.Reader.ReadAsync()).Answer.Message.ShouldBe("Error: Control request timeout");
    }

    [Fact]
    public async Task A_closed_input_refuses_open_and_later_calls()
    {
        await AskAsync();
        _host.Close();
        (await _answers.Reader.ReadAsync()).Answer.Message.ShouldBe("Error: Input closed");
        Raise(new InfoConfirmation("t", "p", []));
        (await _answers.Reader.ReadAsync()).Answer.Message.ShouldBe("Error: Input closed");
        _sink.All().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_question_settled_elsewhere_is_not_answered_again()
    {
        var asked = await AskAsync();
        _relay.OnEvent(new PermissionSettled(AgentId.Main, "r1", PermissionOutcome.Cancel));
        _host.Answer(Messages.Success(asked, "{\"behavior\":\"allow\"}"));
        _answers.Reader.TryRead(out _).ShouldBeFalse();
    }

    private ValueTask<JsonElement> AskAsync(ToolConfirmation? confirmation = null)
    {
        Raise(confirmation ?? new InfoConfirmation("t", "p", []));
        return _sink.NextAsync();
    }

    private void Raise(ToolConfirmation confirmation) => _relay.OnEvent(new PermissionRequested(
        AgentId.Main, "r1", new ToolCallInfo("call_1", "write_file", Messages.Json("{\"a\":1}")) { Kind = ToolKind.Edit }, confirmation, OffersAlways: false));

    private sealed class Silent : IFrontEnd
    {
        public void OnEvent(AgentEvent agentEvent)
        {
        }
    }
}
