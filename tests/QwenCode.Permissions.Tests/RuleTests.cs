using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

public sealed class RuleTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData("run_shell_command", "run_shell_command Shell ShellTool Bash")]
    [InlineData("edit", "edit Edit EditTool replace")]
    [InlineData("write_file", "write_file WriteFile WriteFileTool Write Edit")]
    [InlineData("read_file", "read_file ReadFile ReadFileTool Read")]
    [InlineData("grep_search", "grep_search Grep GrepTool search_file_content SearchFiles Read")]
    [InlineData("glob", "glob Glob GlobTool FindFiles Read")]
    [InlineData("list_directory", "list_directory ListFiles ListFilesTool ReadFolder Read")]
    [InlineData("todo_write", "todo_write TodoWrite TodoWriteTool")]
    [InlineData("web_fetch", "web_fetch WebFetch WebFetchTool")]
    [InlineData("web_search", "web_search WebSearch WebSearchTool")]
    [InlineData("agent", "agent Agent AgentTool task Task TaskTool")]
    [InlineData("skill", "skill Skill SkillTool")]
    [InlineData("exit_plan_mode", "exit_plan_mode ExitPlanMode ExitPlanModeTool")]
    [InlineData("lsp", "lsp Lsp LspTool Read")]
    [InlineData("ask_user_question", "ask_user_question")]
    [InlineData("cron_create", "cron_create")]
    [InlineData("mcp__srv__tool", "mcp__srv__tool mcp__srv mcp__srv__* mcp__s* mcp__*")]
    public void A_tool_is_banned_by_each_of_its_names(string tool, string names)
    {
        foreach (var name in names.Split(' '))
        {
            _gate.Policy(deny: name).FindBan(tool).ShouldBe(name);
        }
    }

    [Theory]
    [InlineData("Read(secret/**)", "{ws}/secret/key", PermissionDecision.Deny)]
    [InlineData("Read(secret/**)", "secret/key", PermissionDecision.Deny)]
    [InlineData("Read(secret/**)", "{ws}/sub/link/key", PermissionDecision.Deny)]
    [InlineData("Lsp(secret/**)", "{ws}/sub/../secret/key", PermissionDecision.Deny)]
    [InlineData("Read(secret/**)", "{ws}/a.txt", PermissionDecision.Allow)]
    [InlineData("Edit(secret/**)", "{ws}/secret/key", PermissionDecision.Allow)]
    public void What_may_not_be_read_may_not_be_asked_of_a_language_server(string deny, string path, PermissionDecision expected)
    {
        var lsp = new ToolDeclaration { Name = "lsp", Description = "lsp", Parameters = ToolArguments.None.Json };

        _gate.Policy(deny: deny).Judge(lsp, Gate.Arguments(("operation", "hover"), ("filePath", _gate.Expand(path))), ToolConsent.Allow).Decision.ShouldBe(expected);
    }

    [Theory]
    [InlineData("bash", "run_shell_command")]
    [InlineData("Bash(rm *)", "run_shell_command")]
    [InlineData("Read(x)", "read_file")]
    [InlineData("Grep", "read_file")]
    [InlineData("Write", "edit")]
    [InlineData("Edit", "read_file")]
    [InlineData("mcp__srv", "mcp__srv2__tool")]
    [InlineData("mcp__srv__tool", "mcp__srv__tool2")]
    [InlineData("mcp__srv__*", "mcp__other__tool")]
    [InlineData("AskUserQuestion", "ask_user_question")]
    public void Other_rules_do_not_ban_it(string rule, string tool) => _gate.Policy(deny: rule).FindBan(tool).ShouldBeNull();

    [Theory]
    [InlineData("mcp__my server__do it!", "mcp__my_server__do_it_")]
    [InlineData("mcp__my_server__do_it_", "mcp__my_server__do_it_")]
    [InlineData("mcp__my server", "mcp__my_server__do_it_")]
    [InlineData("mcp__my server__*", "mcp__my_server__do_it_")]
    [InlineData("mcp__a_very_long_server_name_indeed_it_is", "mcp__a_very_long_server_name___e_it_is__and_a_long_tool_name_xy")]
    public void Rules_for_servers_hold_by_the_raw_name_and_by_the_one_offered(string rule, string tool) =>
        _gate.Policy(deny: rule).FindBan(tool).ShouldBe(rule);

    [Fact]
    public void A_server_whose_name_holds_the_separator_is_known_by_its_source()
    {
        var tool = Gate.Declare("mcp__a__b__t", source: "mcp:a__b");

        _gate.Policy(deny: "mcp__a__b").Judge(tool, ToolArguments.None, ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Deny);
    }

    [Fact]
    public void The_core_list_bans_only_core_tools_and_takes_aliases()
    {
        var policy = _gate.Policy(core: ["ReadFile", "Bash(git *)"]);

        policy.FindBan("read_file").ShouldBeNull();
        policy.FindBan("run_shell_command").ShouldBeNull();
        policy.FindBan("glob").ShouldBe("tools.core");
        policy.FindBan("agent").ShouldBeNull();
        policy.FindBan("mcp__a__b").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("Bash(rm *")]
    [InlineData("Bash(")]
    [InlineData("Bash()")]
    [InlineData("Bash( )")]
    [InlineData("Bash)")]
    [InlineData("(rm *)")]
    [InlineData("Bash(rm *) x")]
    [InlineData("Bash(rm *)x")]
    [InlineData("Read(\u0001)")]
    public void A_malformed_rule_is_an_error_that_names_its_place(string rule)
    {
        var problem = Should.Throw<PermissionRuleException>(() => _gate.Policy(deny: "Read§Edit§" + rule));

        problem.Message.ShouldStartWith("settings.json: permissions.deny[2]");
        problem.Rule.ShouldBe(rule);
        Should.Throw<PermissionRuleException>(() => _gate.Policy(ask: rule)).Message.ShouldStartWith("settings.json: permissions.ask[0]");
    }

    [Fact]
    public void A_malformed_allow_rule_allows_nothing_and_is_reported()
    {
        var policy = _gate.Policy(allow: "Bash(touch *§Bash(mkdir *)");

        policy.Problems.ShouldHaveSingleItem().ShouldStartWith("settings.json: permissions.allow[0]");
        policy.Judge(Gate.ShellTool, Gate.Arguments(("command", "touch x")), ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Ask);
        policy.Judge(Gate.ShellTool, Gate.Arguments(("command", "mkdir x")), ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Allow);
    }

    [Fact]
    public void An_allow_rule_with_a_specifier_for_a_server_allows_nothing_and_is_reported()
    {
        var policy = _gate.Policy(allow: "mcp__s__t(x)");

        policy.Problems.ShouldHaveSingleItem();
        policy.Judge(Gate.Declare("mcp__s__t"), ToolArguments.None, ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Ask);
        _gate.Policy(deny: "mcp__s__t(x)").Judge(Gate.Declare("mcp__s__t"), ToolArguments.None, ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Deny);
    }

    [Theory]
    [InlineData("git *", "git", true)]
    [InlineData("git *", "git push", true)]
    [InlineData("git *", "git  push", true)]
    [InlineData("git *", "\"git\" push", true)]
    [InlineData("git *", "git\tpush", true)]
    [InlineData("git *", "gitk", false)]
    [InlineData("git *", "sudo git push", false)]
    [InlineData("git *", "/tmp/git push", false)]
    [InlineData("git *", "GIT push", false)]
    [InlineData("git:*", "git push", true)]
    [InlineData("git push", "git push", true)]
    [InlineData("git push", "git push origin", true)]
    [InlineData("git push", "git pushx", false)]
    [InlineData("git push*", "git pushx", true)]
    [InlineData("* --help", "foo --help", true)]
    [InlineData("* --help", "foo --help x", false)]
    [InlineData("npm run *:dev", "npm run a:dev", true)]
    [InlineData("*", "foo", true)]
    [InlineData("touch *", "A=1 touch x", true)]
    [InlineData("touch *", "A=1 B='x y' touch x", true)]
    [InlineData("touch *", "PATH=/tmp touch x", false)]
    [InlineData("touch *", "LD_PRELOAD=x touch y", false)]
    [InlineData("touch *", "PATH=/tmp; touch x", false)]
    [InlineData("touch *", "touch $x", true)]
    [InlineData("touch *", "touch *", true)]
    [InlineData("touch x", "touch ?", false)]
    [InlineData("touch x", "touch $x", false)]
    [InlineData("touch *", "touch 'a\nb'", true)]
    [InlineData("touch *", "touch a & touch b", true)]
    [InlineData("touch *", "touch a & rm b", false)]
    [InlineData("touch *", "touch a\nrm b", false)]
    [InlineData("touch *", "touch a\r\nrm b", false)]
    [InlineData("touch *", "touch a; rm b", false)]
    [InlineData("touch *", "touch a && rm b", false)]
    [InlineData("touch *", "touch a || rm b", false)]
    [InlineData("touch *", "touch a | rm b", false)]
    [InlineData("touch *", "touch a |& rm b", false)]
    [InlineData("touch *", "touch \"$(rm b)\"", false)]
    [InlineData("touch *", "touch `rm b`", false)]
    [InlineData("touch *", "touch <(rm b)", false)]
    [InlineData("touch *", "touch a <<E\n$(rm b)\nE", false)]
    [InlineData("touch *", "touch ${x@P}", false)]
    [InlineData("touch *", "touch() { rm b; }; touch a", false)]
    [InlineData("touch *", "alias touch=rm; touch a", false)]
    [InlineData("touch *", "touch a # b", true)]
    [InlineData("touch *", "timeout 5 touch a", true)]
    [InlineData("touch *", "env A=1 touch a", true)]
    [InlineData("touch *", "env PATH=/tmp touch a", false)]
    [InlineData("touch *", "bash -c 'touch a'", true)]
    [InlineData("touch *", "bash -c 'touch a; rm b'", false)]
    [InlineData("touch *", "bash -c \"touch $x\"", false)]
    [InlineData("touch *", "eval touch a", true)]
    [InlineData("touch *", "eval touch $x", false)]
    [InlineData("touch *", "sudo touch a", false)]
    [InlineData("touch *", "command touch a", true)]
    [InlineData("touch *", "ls && touch a", true)]
    [InlineData("touch *", "if ls; then touch a; fi", true)]
    [InlineData("touch *", "for i in a b; do touch $i; done", true)]
    [InlineData("touch *", "for i in a b; do $i; done", false)]
    [InlineData("touch *", "touch 'a", false)]
    [InlineData("touch *", "touch \0; rm b", false)]
    [InlineData("touch *", "$x touch", false)]
    [InlineData("touch *", "tou{ch,x} a", true)]
    [InlineData("touch *", "{touch,rm} a", true)]
    [InlineData("touch *", "{rm,touch} a", false)]
    [InlineData("touch *", "t?uch a", false)]
    [InlineData("find *", "find . -exec rm {} \\;", true)]
    [InlineData("xargs *", "xargs rm", true)]
    public void Allow_rules_let_commands_run_only_when_every_part_is_covered(string specifier, string command, bool isAllowed) =>
        (_gate.Shell($"allow:Bash({specifier})", command).Decision is PermissionDecision.Allow).ShouldBe(isAllowed, command);

    [Theory]
    [InlineData("touch a & rm b")]
    [InlineData("touch a\nrm b")]
    [InlineData("PATH=/tmp touch a")]
    [InlineData("touch \"$(rm b)\"")]
    [InlineData("touch ${x@P}")]
    [InlineData("/tmp/touch a")]
    [InlineData("sudo touch a")]
    [InlineData("touch 'a")]
    [InlineData("touch() { rm b; }; touch a")]
    [InlineData("alias touch=rm; touch a")]
    [InlineData("touch a; $x")]
    [InlineData("bash -c \"touch $x\"")]
    [InlineData("t?uch a")]
    [InlineData("{rm,touch} a")]
    [InlineData("tоuch a")]
    [InlineData("touch\u00a0a")]
    public void An_allow_rule_is_not_stretched(string command) =>
        _gate.Shell("allow:Bash(touch *)", command).Decision.ShouldNotBe(PermissionDecision.Allow);

    [Fact]
    public void A_substitution_that_no_rule_covers_is_refused_beside_a_covered_part_and_asked_about_alone()
    {
        _gate.Shell("allow:Bash(git *)", "git status && echo $(ls)").Decision.ShouldBe(PermissionDecision.Deny);
        _gate.Shell("allow:Bash(git *)", "echo $(ls)").Decision.ShouldBe(PermissionDecision.Ask);
        _gate.Shell("allow:Bash(git *) § allow:Bash(echo *)", "git status && echo $(ls)").Decision.ShouldBe(PermissionDecision.Allow);
    }

    [Theory]
    [InlineData("deny:Bash(x *) § ask:Bash(x *) § allow:Bash(x *)", PermissionDecision.Deny)]
    [InlineData("ask:Bash(x *) § allow:Bash(x *)", PermissionDecision.Ask)]
    [InlineData("allow:Bash(x *)", PermissionDecision.Allow)]
    [InlineData("allow:Bash(y *)", PermissionDecision.Ask)]
    [InlineData("ask:Bash", PermissionDecision.Ask)]
    public void The_strictest_rule_wins(string rules, PermissionDecision expected) => _gate.Shell(rules, "x y").Decision.ShouldBe(expected);

    [Theory]
    [InlineData("read_file", "file_path", "{ws}/secret/key", "Read(./secret/**)")]
    [InlineData("read_file", "file_path", "secret/key", "Read(./secret/**)")]
    [InlineData("read_file", "file_path", "{ws}/sub/../secret/key", "Read(./secret/**)")]
    [InlineData("read_file", "file_path", "{ws}/sub/link/key", "Read(./secret/**)")]
    [InlineData("read_file", "file_path", "{ws}/sub/link/../secret/key", "Read(./secret/**)")]
    [InlineData("read_file", "file_path", "{ws}//secret//key", "Read(./secret/**)")]
    [InlineData("read_file", "file_path", "{ws}/./secret/key", "Read(secret)")]
    [InlineData("read_file", "file_path", "{ws}/secret/key", "Read(sub/link/**)")]
    [InlineData("read_file", "file_path", "{ws}/out/o.txt", "Read(//{base}/outside/**)")]
    [InlineData("read_file", "file_path", "{base}/outside/o.txt", "Read(/out/**)")]
    [InlineData("read_file", "file_path", "~/.ssh/id", "Read(~/.ssh/**)")]
    [InlineData("read_file", "file_path", "{home}/.ssh/id", "Read(~/.ssh/**)")]
    [InlineData("edit", "file_path", "{ws}/sub/../a.txt", "Edit(a.txt)")]
    [InlineData("write_file", "file_path", "{ws}/a.txt", "Edit(a.txt)")]
    [InlineData("write_file", "file_path", "{ws}/a.txt", "Write(a.txt)")]
    [InlineData("list_directory", "path", "{ws}/secret", "Read(./secret/**)")]
    [InlineData("list_directory", "path", "{ws}/sub/link/", "Read(./secret/**)")]
    [InlineData("grep_search", "path", "secret", "Grep(secret/**)")]
    [InlineData("grep_search", "pattern", "x", "Grep(./**)")]
    [InlineData("grep_search", "pattern", "x", "Read(/**)")]
    [InlineData("glob", "pattern", "*", "Read(./**)")]
    [InlineData("glob", "pattern", "secret/../../outside/*", "Read(//{base}/outside/**)")]
    [InlineData("glob", "pattern", "{base}/outside/*", "Read(//{base}/outside/**)")]
    [InlineData("glob", "path", "~/.ssh", "Read(~/.ssh/**)")]
    [InlineData("web_fetch", "url", "https://a.evil.com/x", "WebFetch(evil.com)")]
    [InlineData("web_fetch", "url", "https://EVIL.com", "WebFetch(domain:evil.com)")]
    [InlineData("web_fetch", "url", "https://evil.com.", "WebFetch(EVIL.com)")]
    [InlineData("web_fetch", "url", " https://evil.com", "WebFetch(evil.com)")]
    [InlineData("web_fetch", "url", "https://good.com@evil.com", "WebFetch(evil.com)")]
    [InlineData("skill", "skill", "deploy", "Skill(deploy)")]
    [InlineData("agent", "subagent_type", "Explore", "Agent(Explore)")]
    [InlineData("agent", "subagent_type", "explore", "Task(Explore)")]
    [InlineData("agent", "prompt", "x", "Agent")]
    [InlineData("mcp__s__t", "x", "y", "mcp__s")]
    public void A_denied_call_is_found_however_its_value_is_written(string tool, string name, string value, string rule)
    {
        rule = _gate.Expand(rule).Replace("///", "//", StringComparison.Ordinal);

        _gate.Policy(allow: "Read§Edit§WebFetch§Skill§Agent§mcp__*", deny: rule)
            .Judge(Gate.Declare(tool), Gate.Arguments((name, _gate.Expand(value))), ToolConsent.Allow)
            .ShouldBe(new PermissionVerdict(PermissionDecision.Deny, rule));
    }

    [Theory]
    [InlineData("read_file", "file_path", "{ws}/secretx", "Read(./secret/**)")]
    [InlineData("read_file", "file_path", "{ws}/a.txt", "Read(b.txt)")]
    [InlineData("read_file", "file_path", "{ws}/sub/a.txt", "Read(*.txt)")]
    [InlineData("read_file", "file_path", "{base}/ws-sibling/x", "Read(./**)")]
    [InlineData("read_file", "file_path", "{ws}/A.txt2", "Read(a.txt)")]
    [InlineData("edit", "file_path", "{ws}/a.txt", "Write(a.txt)")]
    [InlineData("read_file", "file_path", "{ws}/a.txt", "Grep(a.txt)")]
    [InlineData("web_fetch", "url", "https://notevil.com", "WebFetch(evil.com)")]
    [InlineData("web_fetch", "url", "https://evil.com.org", "WebFetch(evil.com)")]
    [InlineData("skill", "skill", "deploy2", "Skill(deploy)")]
    [InlineData("skill", "skill", "deploy", "Skill(dep*)")]
    [InlineData("agent", "prompt", "x", "Agent(Explore)")]
    public void Other_calls_are_not_denied(string tool, string name, string value, string rule) =>
        _gate.Policy(deny: rule).Judge(Gate.Declare(tool), Gate.Arguments((name, _gate.Expand(value))), ToolConsent.Allow).ShouldBe(new PermissionVerdict(PermissionDecision.Allow));

    [Theory]
    [InlineData("Edit(./sub/**)", "{ws}/sub/x", PermissionDecision.Allow)]
    [InlineData("Edit(./sub/**)", "{ws}/sub/../a.txt", PermissionDecision.Ask)]
    [InlineData("Edit(./sub/**)", "{ws}/sub/link/x", PermissionDecision.Ask)]
    [InlineData("Edit(./**)", "{ws}/out/x", PermissionDecision.Ask)]
    [InlineData("Edit(./**)", "{base}/ws-sibling/x", PermissionDecision.Ask)]
    [InlineData("Edit(./sub)", "{ws}/sub/x", PermissionDecision.Ask)]
    [InlineData("Edit(a.txt)", "{ws}/a.txt", PermissionDecision.Allow)]
    [InlineData("Edit(a.txt)", "{ws}/A.TXT2", PermissionDecision.Ask)]
    [InlineData("Edit", "{base}/x", PermissionDecision.Allow)]
    public void An_allowed_path_is_allowed_only_if_that_is_where_it_leads(string rule, string path, PermissionDecision expected) =>
        _gate.Policy(allow: rule).Judge(Gate.Declare("edit", ToolKind.Edit), Gate.Arguments(("file_path", _gate.Expand(path))), ToolConsent.Ask).Decision.ShouldBe(expected);

    [Fact]
    public void An_address_without_a_host_is_asked_about_where_hosts_are_denied() =>
        _gate.Policy(allow: "WebFetch", deny: "WebFetch(evil.com)").Judge(Gate.Declare("web_fetch"), Gate.Arguments(("url", "evil.com/x")), ToolConsent.Ask)
            .Decision.ShouldBe(PermissionDecision.Ask);

    [Fact]
    public void A_rule_decides_over_the_tools_own_view_in_both_directions()
    {
        var tool = Gate.Declare("todo_write");

        _gate.Policy(ask: "TodoWrite").Judge(tool, ToolArguments.None, ToolConsent.Allow).ShouldBe(new PermissionVerdict(PermissionDecision.Ask, "TodoWrite", true));
        _gate.Policy(allow: "TodoWrite").Judge(tool, ToolArguments.None, ToolConsent.Ask).ShouldBe(new PermissionVerdict(PermissionDecision.Allow, "TodoWrite"));
        _gate.Policy(allow: "Read").Judge(tool, ToolArguments.None, ToolConsent.Ask).ShouldBe(new PermissionVerdict(PermissionDecision.Ask));
    }

    [Fact]
    public void Rules_for_commands_also_restrict_other_tools_that_run_commands_but_do_not_let_them_run()
    {
        var tool = Gate.Declare("run_remote", ToolKind.Execute);

        _gate.Policy(deny: "Bash(rm *)").Judge(tool, Gate.Arguments(("command", "ls; rm x")), ToolConsent.Allow).Decision.ShouldBe(PermissionDecision.Deny);
        _gate.Policy(allow: "Bash(touch *)").Judge(tool, Gate.Arguments(("command", "touch x")), ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Ask);
        _gate.Policy(allow: "run_remote").Judge(tool, Gate.Arguments(("command", "touch x")), ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Allow);
    }

    [Fact]
    public void The_directory_of_a_command_is_where_its_paths_begin() =>
        _gate.Policy(allow: "Bash", deny: "Read(./secret/**)")
            .Judge(Gate.ShellTool, Gate.Arguments(("command", "cat key"), ("directory", _gate.Root + "/secret")), ToolConsent.Ask)
            .Decision.ShouldBe(PermissionDecision.Deny);

    [Fact]
    public void Lasting_rules_hold_at_once_even_if_they_cannot_be_written()
    {
        var written = new List<(IReadOnlyList<string> Rules, PermissionScope Scope)>();
        var policy = new PermissionPolicy(new PermissionPolicyOptions
        {
            Workspace = _gate.Workspace,
            Persist = (rules, scope) =>
            {
                written.Add((rules, scope));
                throw new IOException("read-only");
            },
        });

        Should.Throw<IOException>(() => policy.Allow(["Bash(touch *)"], PermissionScope.User));

        written.ShouldHaveSingleItem().Scope.ShouldBe(PermissionScope.User);
        policy.Judge(Gate.ShellTool, Gate.Arguments(("command", "touch x")), ToolConsent.Ask).ShouldBe(new PermissionVerdict(PermissionDecision.Allow, "Bash(touch *)"));
        Should.Throw<PermissionRuleException>(() => policy.Allow(["Bash(mkdir *)", "Bash("], PermissionScope.User));
        policy.Judge(Gate.ShellTool, Gate.Arguments(("command", "mkdir x")), ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Ask);
    }

    [Fact]
    public void Rules_added_from_many_threads_are_all_kept()
    {
        var policy = _gate.Policy();

        Parallel.For(0, 64, index => policy.AllowForSession([$"Bash(tool{index} *)"]));

        foreach (var index in Enumerable.Range(0, 64))
        {
            policy.Judge(Gate.ShellTool, Gate.Arguments(("command", $"tool{index} x")), ToolConsent.Ask).Decision.ShouldBe(PermissionDecision.Allow);
        }
    }
}
