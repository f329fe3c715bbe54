using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

public sealed class SuggestionTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData("touch x && git init -q . && ls", "Bash(touch *) Bash(git init *)")]
    [InlineData("npm run build --silent", "Bash(npm run *)")]
    [InlineData("cd /t && CI=1 docker compose up -d | tee log; make -j4 all; git -C . commit", "Bash(docker compose up *) Bash(tee *) Bash(make *) Bash(git -C . commit)")]
    [InlineData("git commit", "Bash(git commit)")]
    [InlineData("git commit -m x", "Bash(git commit *)")]
    [InlineData("git --no-pager stash pop", "Bash(git --no-pager stash *)")]
    [InlineData("git frobnicate x", "Bash(git *)")]
    [InlineData("make", "Bash(make)")]
    [InlineData("yarn add x", "Bash(yarn add *)")]
    [InlineData("pnpm dlx x", "Bash(pnpm dlx *)")]
    [InlineData("pip install x", "Bash(pip install *)")]
    [InlineData("pip3 install x", "Bash(pip3 install *)")]
    [InlineData("cargo build --release", "Bash(cargo build *)")]
    [InlineData("kubectl get pods", "Bash(kubectl get *)")]
    [InlineData("docker run x", "Bash(docker run *)")]
    [InlineData("docker compose frob x", "Bash(docker compose *)")]
    [InlineData("for i in a b; do touch $i; done", "Bash(touch *)")]
    [InlineData("if ls; then make all; fi", "Bash(make *)")]
    [InlineData("timeout 5 make all", "Bash(make *)")]
    [InlineData("bash -c 'make all'", "Bash(make *)")]
    [InlineData("A=1; make all", "Bash(make *)")]
    [InlineData("make a; make b", "Bash(make *)")]
    [InlineData("sudo make all", "Bash(sudo *)")]
    [InlineData("ls", "")]
    [InlineData("$x", "")]
    [InlineData("make all; $x", "")]
    [InlineData("eval \"$x\"; make", "")]
    [InlineData("PATH=/x make", "")]
    [InlineData("make 'unclosed", "")]
    [InlineData("for i in a; do $i; done", "")]
    [InlineData("echo x > ~/.bashrc", "")]
    [InlineData("echo x >> .git/config", "")]
    [InlineData("echo x > package.json", "")]
    [InlineData("echo x > /etc/passwd", "")]
    [InlineData("echo x > \"$y\"", "")]
    [InlineData("make all; echo x > /etc/o.txt", "")]
    [InlineData("sed -i 's/a/b/e' a.txt", "")]
    [InlineData("awk 'BEGIN{system(\"x\")}'", "")]
    [InlineData("make 'X=$(shell y)'", "")]
    [InlineData("TAR_OPTIONS=x tar cf a b", "")]
    [InlineData("echo x > out.txt", "Bash(echo *)")]
    [InlineData("make all > /dev/null", "Bash(make *)")]
    public void Rules_for_commands_are_as_narrow_as_they_are_useful(string command, string expected) =>
        string.Join(' ', Gate.Read(_gate.Policy(), Gate.ShellTool, Gate.Arguments(("command", command))).SuggestRules()).ShouldBe(expected);

    [Theory]
    [InlineData("touch x && git init -q . && ls")]
    [InlineData("npm run build --silent")]
    [InlineData("cd /t && CI=1 docker compose up -d | tee log; make -j4 all; git -C . commit")]
    [InlineData("for i in a b; do touch $i; done")]
    [InlineData("timeout 5 make all")]
    [InlineData("sudo make all")]
    [InlineData("echo x > out.txt")]
    [InlineData("git --no-pager stash pop")]
    public void A_suggested_rule_spares_the_question_the_next_time(string command)
    {
        var policy = _gate.Policy();
        var call = Gate.Arguments(("command", command));

        policy.Allow(Gate.Read(policy, Gate.ShellTool, call).SuggestRules(), PermissionScope.Project);

        policy.Judge(Gate.ShellTool, call, ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Allow);
        Gate.Read(policy, Gate.ShellTool, call).SuggestRules().ShouldBeEmpty();
    }

    [Fact]
    public void Parts_that_may_run_already_are_left_out()
    {
        var policy = _gate.Policy(allow: "Bash(touch *)");
        var call = Gate.Arguments(("command", "touch x && make all && ls"));

        Gate.Read(policy, Gate.ShellTool, call).SuggestRules().ShouldBe(["Bash(make *)"]);
        Gate.Read(policy, Gate.ShellTool, call).RootsToApprove().ShouldBe(["make"]);
    }

    [Theory]
    [InlineData("web_fetch", "url", "https://a.example.com/x", "WebFetch(a.example.com)")]
    [InlineData("web_search", "query", "x", "WebSearch")]
    [InlineData("mcp__my_server__t", "x", "y", "mcp__my_server__t")]
    [InlineData("read_file", "file_path", "{base}/outside/o.txt", "Read(//{base}/outside/**)")]
    [InlineData("edit", "file_path", "{base}/outside/o.txt", "Edit(//{base}/outside/**)")]
    [InlineData("edit", "file_path", "{ws}/package.json", "Edit(//{ws}/package.json)")]
    [InlineData("write_file", "file_path", "{ws}/.git/config", "Edit(//{ws}/.git/config)")]
    [InlineData("edit", "file_path", "{ws}/sub/Makefile", "Edit(//{ws}/sub/Makefile)")]
    [InlineData("edit", "file_path", "{home}/.bashrc", "Edit(//{home}/.bashrc)")]
    [InlineData("read_file", "file_path", "{ws}/package.json", "Read(//{ws}/**)")]
    [InlineData("list_directory", "path", "{base}/outside", "Read(//{base}/outside/**)")]
    [InlineData("skill", "skill", "deploy", "Skill(deploy)")]
    [InlineData("agent", "subagent_type", "Explore", "Agent(Explore)")]
    [InlineData("agent", "prompt", "x", "Agent")]
    [InlineData("cron_create", "cron", "x", "cron_create")]
    public void Rules_for_other_tools_name_what_the_call_is_about(string tool, string name, string value, string expected)
    {
        var policy = _gate.Policy();
        var call = Gate.Arguments((name, _gate.Expand(value)));

        var rules = Gate.Read(policy, Gate.Declare(tool), call).SuggestRules();

        rules.ShouldBe([_gate.Expand(expected).Replace("///", "//", StringComparison.Ordinal)]);
        policy.AllowForSession(rules);
        policy.Judge(Gate.Declare(tool), call, ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Allow);
    }

    [Theory]
    [InlineData("Edit(//{ws}/**)")]
    [InlineData("Edit(**)")]
    [InlineData("Edit(/**)")]
    [InlineData("Edit({src/**,**})")]
    [InlineData("write_file(//{ws}/**) § allow:Edit(**/*)")]
    public void A_rule_for_a_folder_does_not_let_what_programs_obey_be_written(string rule)
    {
        var policy = _gate.Policy("allow:" + rule);
        PermissionDecision Write(string path) =>
            policy.Judge(Gate.Declare("write_file", ToolKind.Edit), Gate.Arguments(("file_path", $"{_gate.Root}/{path}")), ToolConsent.Ask).Decision;

        foreach (var path in (string[])[".git/config", ".qwen/settings.json", "package.json", "sub/Makefile", ".github/workflows/x.yml"])
        {
            Write(path).ShouldBe(PermissionDecision.Ask, path);
        }

        Write("a.txt").ShouldBe(PermissionDecision.Allow);
        Write("sub/b.txt").ShouldBe(PermissionDecision.Allow);
    }

    [Fact]
    public void Always_for_one_file_that_programs_obey_allows_no_other()
    {
        var policy = _gate.Policy();
        PolicyReading Edit(string path) => Gate.Read(policy, Gate.Declare("edit", ToolKind.Edit), Gate.Arguments(("file_path", $"{_gate.Root}/{path}")));

        policy.AllowForSession(Edit("package.json").SuggestRules());

        Edit("package.json").Judge(ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Allow);
        Edit(".git/config").Judge(ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Ask);
        Edit("a.txt").Judge(ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Ask);
    }
}
