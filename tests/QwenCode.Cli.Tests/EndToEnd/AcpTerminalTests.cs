using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Commands run in terminals of the editor, and read to the model as those of the program's own do.</summary>
public sealed class AcpTerminalTests
{
    private const string Terminals = """{"terminal":true,"session":{"notices":{}}}""";

    [UnixFact]
    public async Task A_command_runs_in_a_terminal_and_reads_as_a_local_one()
    {
        const string Command = "echo out; printf '\\e[1mbold\\e[0m\\n'; pwd; exit 3";
        await using var room = new Room();
        Directory.CreateDirectory(Path.Combine(room.Workspace, "sub"));
        var arguments = $$"""{"command":{{ModelReply.Quote(Command)}},"directory":{{ModelReply.Quote(room.Workspace + "/sub")}}}""";
        room.Model.Then(
            ModelReply.Calls(("c1", "run_shell_command", arguments)), ModelReply.Text("Done."),
            ModelReply.Calls(("c1", "run_shell_command", arguments)), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.AddTerminals();
        await using var plain = await AcpEditor.OpenAsync(room);

        (await editor.PromptAsync("go")).ShouldBe("end_turn");
        (await plain.PromptAsync("go")).ShouldBe("end_turn");

        var (seen, local) = (Result(1), Result(3));
        seen.ShouldContain("\nbold\n");
        seen.ShouldEndWith("\nExit Code: 3\nSignal: (none)\nProcess Group PGID: (none)");
        Lines(seen).ShouldBe(Lines(local));
        plain.TerminalRequests.ShouldBeEmpty();

        editor.TerminalRequests.ShouldBe(["terminal/create", "terminal/wait_for_exit", "terminal/output", "terminal/release"]);
        var created = editor.Requests.Single(static request => AcpEditor.Method(request) == "terminal/create").GetProperty("params");
        (created.GetProperty("sessionId").GetString(), created.GetProperty("command").GetString()).ShouldBe((editor.SessionId, "bash"));
        created.GetProperty("args").EnumerateArray().Select(static one => one.GetString()).ShouldBe(["-c", Command]);
        created.GetProperty("cwd").GetString().ShouldBe(room.Workspace + "/sub");

        // Editors that have let go of a terminal fail on an update that names it: the last one leaves the content as it is.
        var updates = editor.UpdatesOf("tool_call_update");
        updates[^2].GetProperty("content").GetRawText().ShouldBe("""[{"type":"terminal","terminalId":"term_1"}]""");
        (updates[^1].GetProperty("status").GetString(), updates[^1].TryGetProperty("content", out _)).ShouldBe(("completed", false));
        updates[^1].GetProperty("rawOutput").GetString()!.ShouldContain("bold");
        (await editor.CloseAsync()).Error.ShouldBeEmpty();

        string Result(int request) => room.Model.Requests[request].ToolResults.ShouldHaveSingleItem().Text;

        // The group is of the program's own processes alone.
        static IEnumerable<string> Lines(string text) => text[..text.LastIndexOf('\n')].Split('\n');
    }

    [UnixFact]
    public async Task A_command_whose_time_is_up_is_killed_in_its_terminal()
    {
        await using var room = new Room();
        room.Model.Then(Shell("exec sleep 600", ",\"timeout\":1000"), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.AddTerminals();

        (await editor.PromptAsync("go")).ShouldBe("end_turn");

        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text
            .ShouldBe("Command timed out after 1000ms before it could complete. There was no output before it timed out.");
        editor.TerminalRequests.ShouldBe(["terminal/create", "terminal/wait_for_exit", "terminal/kill", "terminal/output", "terminal/release"]);
    }

    [UnixFact]
    public async Task A_cancel_kills_the_command_and_gives_the_terminal_back()
    {
        await using var room = new Room();
        room.Model.Then(Shell("exec sleep 600"), ModelReply.Text("Again."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.AddTerminals();
        var prompt = editor.PromptAsync("go");
        await editor.WaitForAsync(static message => message.GetRawText().Contains("\"terminalId\":\"term_1\"", StringComparison.Ordinal)
            && AcpEditor.Method(message) is null);

        editor.Cancel();

        (await prompt).ShouldBe("cancelled");
        await editor.WaitForAsync(static message => AcpEditor.Method(message) == "terminal/release");
        editor.TerminalRequests.ShouldBe(["terminal/create", "terminal/wait_for_exit", "terminal/kill", "terminal/release"]);
        (await editor.PromptAsync("and now?")).ShouldBe("end_turn");
        room.Model.Requests[^1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("cancelled");
    }

    [UnixFact]
    public async Task An_editor_that_refuses_a_terminal_fails_the_call_and_nothing_runs()
    {
        await using var room = new Room();
        room.Model.Then(Shell("touch ran"), ModelReply.Text("Tried."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.OnRequest = static request => AcpEditor.Method(request) == "session/request_permission"
            ? AcpEditor.Choose(request, "allow_once") : "\"error\":{\"code\":-32603,\"message\":\"No terminals today\"}";

        (await editor.PromptAsync("go")).ShouldBe("end_turn");

        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text
            .ShouldContain("The command was not run: the editor did not open a terminal for it: No terminals today");
        File.Exists(Path.Combine(room.Workspace, "ran")).ShouldBeFalse();
        editor.UpdatesOf("tool_call_update")[^1].GetProperty("status").GetString().ShouldBe("failed");
        editor.TerminalRequests.ShouldBe(["terminal/create"]);
    }

    [UnixFact]
    public async Task An_editor_without_the_method_is_told_of_once_and_commands_run_without_it()
    {
        await using var room = new Room();
        room.Model.Then(Shell("touch one"), Shell("touch two"), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.OnRequest = static request => AcpEditor.Method(request) == "session/request_permission"
            ? AcpEditor.Choose(request, "allow_once") : "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}";

        (await editor.PromptAsync("go")).ShouldBe("end_turn");

        (File.Exists(Path.Combine(room.Workspace, "one")), File.Exists(Path.Combine(room.Workspace, "two"))).ShouldBe((true, true));
        editor.TerminalRequests.ShouldBe(["terminal/create"]);
        editor.UpdatesOf("notice").ShouldHaveSingleItem().GetProperty("title").GetString()!.ShouldContain("has none");
        (await editor.CloseAsync()).Error.ShouldContain("The editor offers terminals and has none");
    }

    [UnixFact]
    public async Task A_command_that_the_user_refuses_never_gets_to_a_terminal()
    {
        await using var room = new Room();
        room.Model.Then(Shell("touch ran"), ModelReply.Text("Well."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.AddTerminals();
        editor.OnRequest = static request => AcpEditor.Choose(request, "reject_once");

        await editor.PromptAsync("go");

        editor.TerminalRequests.ShouldBeEmpty();
        File.Exists(Path.Combine(room.Workspace, "ran")).ShouldBeFalse();
    }

    [UnixFact]
    public async Task A_program_inside_a_sandbox_runs_its_commands_there()
    {
        await using var room = new Room();
        room.Environment["SANDBOX"] = "container";
        room.Model.Then(Shell("touch ran"), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.AddTerminals();

        (await editor.PromptAsync("go")).ShouldBe("end_turn");

        editor.TerminalRequests.ShouldBeEmpty();
        File.Exists(Path.Combine(room.Workspace, "ran")).ShouldBeTrue();
    }

    [UnixFact]
    public async Task No_key_is_sent_and_a_command_does_not_see_the_one_of_the_editor()
    {
        await using var room = new Room();
        room.Model.Then(Shell("echo \\\"[$OPENAI_API_KEY][$QWEN_CODE][$PAGER]\\\""), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.AddTerminals().Environment["OPENAI_API_KEY"] = Room.Key;

        (await editor.PromptAsync("go")).ShouldBe("end_turn");

        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("Output: [][1][cat]\n");
        editor.Process.Output.ShouldNotContain(Room.Key);
    }

    [UnixFact]
    public async Task Two_commands_at_once_have_a_terminal_each()
    {
        await using var room = new Room();
        room.Model.Then(
            ModelReply.Calls(("c1", "run_shell_command", """{"command":"echo first"}"""), ("c2", "run_shell_command", """{"command":"echo second"}""")),
            ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        var both = new TaskCompletionSource();
        var terminals = editor.AddTerminals();
        terminals.Gate = both.Task;
        var prompt = editor.PromptAsync("go");
        await editor.WaitForAsync(static message => IsShown(message, "term_1"));
        await editor.WaitForAsync(static message => IsShown(message, "term_2"));

        both.SetResult();

        (await prompt).ShouldBe("end_turn");
        var results = room.Model.Requests[1].ToolResults;
        (results.Count, results[0].Text.Contains("Output: first", StringComparison.Ordinal), results[1].Text.Contains("Output: second", StringComparison.Ordinal))
            .ShouldBe((2, true, true));
        var shown = editor.UpdatesOf("tool_call_update").Where(static update => update.GetRawText().Contains("\"terminalId\"", StringComparison.Ordinal)).ToList();
        shown.Select(static update => update.GetProperty("toolCallId").GetString()).Order().ShouldBe(["c1", "c2"]);
        terminals.IsEmpty.ShouldBeTrue();
    }

    [UnixFact]
    public async Task Background_commands_stay_with_the_program()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Done.")).On(static request => request.LastText == "go" ? Shell("touch ran", ",\"is_background\":true") : null);
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.AddTerminals();

        (await editor.PromptAsync("go")).ShouldBe("end_turn");

        editor.TerminalRequests.ShouldBeEmpty();
    }

    [UnixFact]
    public async Task An_editor_that_goes_away_while_a_command_runs_ends_the_program()
    {
        await using var room = new Room();
        room.Model.Then(Shell("exec sleep 600"), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room, Terminals);
        editor.AddTerminals();
        var prompt = editor.PromptAsync("go");
        await editor.WaitForAsync(static message => IsShown(message, "term_1"));

        (await editor.CloseAsync()).ExitCode.ShouldBe(0);
        (await prompt).ShouldBe("cancelled");
    }

    private static bool IsShown(JsonElement message, string terminal) => message.TryGetProperty("update", out var update)
        && update.GetRawText().Contains($"\"terminalId\":\"{terminal}\"", StringComparison.Ordinal);

    private static ModelReply Shell(string command, string more = "") =>
        ModelReply.Calls(("c1", "run_shell_command", $$"""{"command":"{{command}}"{{more}}}"""));
}
