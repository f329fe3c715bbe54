using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Shell.Tests;

public sealed class ArgumentTests : IDisposable
{
    private readonly ShellFixture _shell = new();

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("""{"command":""}""", "Command cannot be empty.")]
    [InlineData("""{"command":" \n"}""", "Command cannot be empty.")]
    [InlineData("""{"command":"ls\u0000rm x"}""", "Command cannot contain a NUL character.")]
    [InlineData("""{"command":"A=1"}""", "Could not identify command root to obtain permission from user.")]
    [InlineData("""{"command":"# only a remark"}""", "Could not identify command root to obtain permission from user.")]
    [InlineData("""{"command":"ls","timeout":1.5}""", "Timeout must be an integer number of milliseconds.")]
    [InlineData("""{"command":"ls","timeout":0}""", "Timeout must be a positive number.")]
    [InlineData("""{"command":"ls","timeout":-1}""", "Timeout must be a positive number.")]
    [InlineData("""{"command":"ls","timeout":600001}""", "Timeout cannot exceed 600000ms (10 minutes).")]
    [InlineData("""{"command":"ls","timeout":1e300}""", "Timeout cannot exceed 600000ms (10 minutes).")]
    [InlineData("""{"command":"ls","directory":"sub"}""", "Directory must be an absolute path.")]
    [InlineData("""{"command":"ls","directory":"/etc"}""", "Directory '/etc' is not within any of the registered workspace directories.")]
    public void Arguments_that_cannot_be_used_are_refused(string json, string message)
    {
        Should.Throw<ToolArgumentException>(() => _shell.PrepareJson(json)).Message.ShouldBe(message);
    }

    [Fact]
    public void A_sibling_with_the_same_beginning_is_outside()
    {
        var sibling = _shell.Workspace.Root + "-other";

        Should.Throw<ToolArgumentException>(() => _shell.Prepare("ls", directory: sibling))
            .Message.ShouldBe($"Directory '{sibling}' is not within any of the registered workspace directories.");
    }

    [Fact]
    public void A_link_that_leads_out_is_outside()
    {
        var link = _shell.File_("link");
        Directory.CreateSymbolicLink(link, "/tmp");

        Should.Throw<ToolArgumentException>(() => _shell.Prepare("ls", directory: link)).Message.ShouldContain("is not within");
    }

    [Fact]
    public void Commands_are_not_run_among_the_users_skills()
    {
        var skills = Path.Combine(Workspace.HomeDirectory, ".qwen", "skills", "some");

        Should.Throw<ToolArgumentException>(() => _shell.Prepare("ls", directory: skills)).Message.ShouldContain("skills");
    }

    [Fact]
    public void A_call_describes_itself()
    {
        var root = _shell.Workspace.Root;

        _shell.Prepare("ls").Description.ShouldBe("ls");
        _shell.Prepare("ls", timeout: 500, directory: root, description: "List\nfiles").Description.ShouldBe($"ls [in {root}] [timeout: 500ms] (List files)");
        _shell.Prepare("ls", timeout: 500, background: true).Description.ShouldBe("ls [background]");
    }

    [Theory]
    [InlineData("ls", "ls", "Bash(ls)")]
    [InlineData("touch x && git init -q . && ls", "touch|git|ls", "Bash(touch *)|Bash(git init *)|Bash(ls)")]
    [InlineData("npm run build --silent", "npm", "Bash(npm run *)")]
    [InlineData("A=1 B=\"x y\" make -j4 all | tee log; make clean", "make|tee", "Bash(make *)|Bash(tee *)")]
    [InlineData("echo 'a && b' > out.txt 2>&1 &", "echo", "Bash(echo *)")]
    [InlineData("git status", "git", "Bash(git status)")]
    [InlineData("(cd x; rm y)\nwc -l z # c", "cd|rm|wc", "Bash(cd *)|Bash(rm *)|Bash(wc *)")]
    public async Task The_question_names_the_programs(string command, string roots, string rules)
    {
        var call = _shell.Prepare(command);

        var asked = (await call.ConfirmAsync(default)).ShouldBeOfType<ExecuteConfirmation>();

        call.Consent.ShouldBe(ToolConsent.Ask);
        asked.Command.ShouldBe(command);
        string.Join('|', asked.Roots).ShouldBe(roots);
        string.Join('|', asked.SuggestedRules).ShouldBe(rules);
    }

    [Fact]
    public void The_schema_is_the_one_on_the_wire()
    {
        var schema = new RunShellCommandTool().JsonSchema;

        schema.GetProperty("properties").EnumerateObject().Select(property => $"{property.Name}:{property.Value.GetProperty("type")}")
            .ShouldBe(["command:string", "is_background:boolean", "timeout:number", "description:string", "directory:string"]);
        schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["command"]);
    }
}
