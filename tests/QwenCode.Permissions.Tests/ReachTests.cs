using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

/// <summary>How far rules reach: a denial to every way of reading a file, an allowance no further than it is written.</summary>
public sealed class ReachTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData("Read(caf\u00e9/**)", "cafe\u0301/key")]
    [InlineData("Read(cafe\u0301/**)", "caf\u00e9/key")]
    [InlineData("Read(**/*\u00e9*)", "x-e\u0301-y")]
    public void A_rule_holds_for_a_name_in_whatever_way_its_letters_are_composed(string rule, string path)
    {
        var policy = _gate.Policy("deny:" + rule);

        _gate.Shell("allow:Bash § deny:" + rule, $"cat '{path}'").Decision.ShouldBe(PermissionDecision.Deny);
        policy.Judge(Gate.Declare("read_file", ToolKind.Read), Gate.Arguments(("file_path", $"{_gate.Root}/{path}")), ToolConsent.Allow)
            .Decision.ShouldBe(PermissionDecision.Deny);
        policy.ReadableBy("grep_search")!($"{_gate.Root}/{path}").ShouldBeFalse();
    }

    [Theory]
    [InlineData("Read(**/*.pem)", "grep_search", "sub/key.pem", false)]
    [InlineData("Read(**/*.pem)", "glob", "sub/key.pem", false)]
    [InlineData("Read(**/*.pem)", "list_directory", "key.pem", false)]
    [InlineData("Read(**/*.pem)", "grep_search", "a.txt", true)]
    [InlineData("Read(./secret/**)", "grep_search", "secret", false)]
    [InlineData("Read(./secret/**)", "grep_search", "secret/key", false)]
    [InlineData("Read(/sub/link/**)", "grep_search", "secret/key", false)]
    [InlineData("Read(.env)", "glob", ".env", false)]
    [InlineData("Read(.env)", "glob", ".env.example", true)]
    [InlineData("Grep(.env)", "grep_search", ".env", false)]
    public void A_search_leaves_out_what_a_rule_forbids(string deny, string tool, string path, bool isShown)
    {
        foreach (var policy in (PermissionPolicy[])[_gate.Policy(deny: deny), _gate.Policy(ask: deny)])
        {
            policy.ReadableBy(tool).ShouldNotBeNull()(_gate.Root + "/" + path).ShouldBe(isShown);
        }
    }

    [Theory]
    [InlineData("Bash(rm *)", "grep_search")]
    [InlineData("Edit(.env)", "grep_search")]
    [InlineData("Read(.env)", "write_file")]
    [InlineData("Grep(.env)", "glob")]
    [InlineData("Read(.env)", "web_fetch")]
    public void Without_a_rule_about_it_a_search_asks_nothing(string deny, string tool) => _gate.Policy(deny: deny).ReadableBy(tool).ShouldBeNull();

    [Theory]
    [InlineData("http://evil.com/x", false)]
    [InlineData("https://www.evil.com/", false)]
    [InlineData("https://raw.githubusercontent.com/a", true)]
    [InlineData("nonsense", false)]
    public void A_fetch_does_not_go_on_to_a_forbidden_host(string url, bool mayGo) =>
        _gate.Policy(deny: "WebFetch(evil.com)").ReadableBy("web_fetch").ShouldNotBeNull()(url).ShouldBe(mayGo);

    [Theory]
    [InlineData("list_directory", "path", "file_path")]
    [InlineData("list_directory", "path", "filePath")]
    [InlineData("grep_search", "path", "file_path")]
    [InlineData("glob", "path", "file_path")]
    [InlineData("read_file", "file_path", "path")]
    [InlineData("edit", "file_path", "path")]
    [InlineData("write_file", "file_path", "filePath")]
    [InlineData("lsp", "filePath", "file_path")]
    public void A_second_path_beside_the_one_that_is_used_lifts_no_rule(string tool, string used, string decoy)
    {
        foreach (var value in (string[])["sub", string.Empty, "/"])
        {
            var policy = _gate.Policy(deny: "Read(./secret/**)§Edit(./secret/**)", allow: "Read(/sub/**)§Edit(/sub/**)");
            var arguments = Gate.Arguments((used, _gate.Root + "/secret/key"), (decoy, value.Length > 1 ? _gate.Root + "/sub" : value));

            policy.Judge(Gate.Declare(tool, ToolKind.Read), arguments, ToolConsent.Allow).Decision.ShouldBe(PermissionDecision.Deny);
        }
    }

    [Theory]
    [InlineData("awk 'BEGIN{ARGV[1]=\".env\";ARGC=2}1'")]
    [InlineData("grep -d recurse KEY .")]
    [InlineData("grep --directories=recurse KEY .")]
    [InlineData("grep -drecurse KEY .")]
    [InlineData("git grep --no-index KEY")]
    [InlineData("git grep --untracked KEY")]
    [InlineData("git diff --no-index . /other")]
    [InlineData("git diff --no-ind . /other")]
    [InlineData("git -C secret diff --no-index /dev/null key")]
    [InlineData("git show HEAD:.env")]
    [InlineData("git --git-dir=secret log")]
    [InlineData("cd sub; cat /dev/fd/../cwd/../secret/key")]
    [InlineData("cat /proc/self/fd/../cwd/.env")]
    [InlineData("cat /proc/self/task/1/cwd/.env")]
    [InlineData("cat /proc/self/cwd/./secret/key")]
    [InlineData("cat /proc/self/root{ws}/.env")]
    [InlineData("diff -r . /other")]
    [InlineData("sort --files0-from=.env")]
    [InlineData("sort --files0=.env")]
    [InlineData("wc --files0-from .env")]
    [InlineData("rg KEY")]
    [InlineData("jq -f .env x")]
    [InlineData("jq --slurpfile a .env -n '$a'")]
    [InlineData("date -f .env")]
    [InlineData("head -c 5 -- .env")]
    [InlineData("tail --lines=5 .env")]
    [InlineData("diff --from-f=.env a.txt")]
    public void No_command_that_only_reads_shows_a_forbidden_file(string command) =>
        _gate.Shell("deny:Read(./secret/**) § deny:Read(.env)", _gate.Expand(command)).Decision.ShouldNotBe(PermissionDecision.Allow);

    [Theory]
    [InlineData("find / -delete")]
    [InlineData("chmod -R 000 /")]
    [InlineData("mv / x")]
    [InlineData("rm -rf /")]
    [InlineData("rm -rf //")]
    [InlineData("rm -rf /.")]
    [InlineData("rm -rf /tmp/..")]
    [InlineData("cd / && rm -rf .")]
    [InlineData("chown -R x /")]
    public void What_changes_everything_changes_a_forbidden_file(string command) =>
        _gate.Shell("deny:Edit(./a.txt) § allow:Bash", command).Decision.ShouldBe(PermissionDecision.Deny);

    [Theory]
    [InlineData("grep -r k /")]
    [InlineData("cp -r / x")]
    [InlineData("tar cf x /")]
    [InlineData("rg k /")]
    public void What_reads_everything_reads_a_forbidden_file(string command) =>
        _gate.Shell("deny:Read(./a.txt) § allow:Bash", command).Decision.ShouldNotBe(PermissionDecision.Allow);

    [Theory]
    [InlineData("Bash(echo *)", "echo x > out.txt", true)]
    [InlineData("Bash(echo *)", "echo x >> sub/log", true)]
    [InlineData("Bash(echo *)", "echo x > /dev/null", true)]
    [InlineData("Bash(echo *)", "echo x 2>&1", true)]
    [InlineData("Bash(echo *)", "echo x 2> /dev/null", true)]
    [InlineData("Bash(echo *)", "echo evil > ~/.bashrc", false)]
    [InlineData("Bash(echo *)", "echo evil >> ~/notes", false)]
    [InlineData("Bash(echo *)", "echo evil > /etc/x", false)]
    [InlineData("Bash(echo *)", "echo evil > $x", false)]
    [InlineData("Bash(echo *)", "echo evil > .env", false)]
    [InlineData("Bash(echo *)", "echo evil > sub/../.git/config", false)]
    [InlineData("Bash(echo *)", "echo evil &> package.json", false)]
    [InlineData("Bash(echo *)", "cd .. && echo evil > /etc/x", false)]
    [InlineData("Bash(git status *)", "git status > .git/hooks/pre-commit", false)]
    [InlineData("Bash(git status *)", "git status > status.txt", true)]
    [InlineData("Bash", "echo x > ~/.bashrc", true)]
    [InlineData("Bash(tar *)", "TAR_OPTIONS=--to-command=x tar xf a", false)]
    [InlineData("Bash(tar *)", "LANG=C tar xf a", true)]
    [InlineData("Bash(make test)", "make test", true)]
    [InlineData("Bash(make test)", "make test --eval=x", false)]
    [InlineData("Bash(make test)", "MAKEFILES=x make test", false)]
    [InlineData("Bash(make test)", "MADE_UP=x make test", false)]
    [InlineData("Bash(make *)", "make -f <(echo x)", false)]
    [InlineData("Bash(make *)", "make 'X=$(shell touch y)'", false)]
    [InlineData("Bash(git status)", "for PATH in x; do git status; done", false)]
    [InlineData("Bash(git status)", "export PATH=x; git status", false)]
    [InlineData("Bash(git status)", "read PATH; git status", false)]
    [InlineData("Bash(git *)", "CI=1 git status", true)]
    [InlineData("Bash(npm test *)", "NODE_ENV=test npm test -- --watch=false", true)]
    [InlineData("Bash(npm test *)", "NODE_OPTIONS=--require=./x npm test", false)]
    public void An_allowance_reaches_no_further_than_it_is_written(string allow, string command, bool isAllowed) =>
        (_gate.Shell($"allow:{allow}", command).Decision is PermissionDecision.Allow).ShouldBe(isAllowed);

    [Theory]
    [InlineData("mcp__github", "github", "mcp__github__read", true)]
    [InlineData("mcp__github__*", "github", "mcp__github__read", true)]
    [InlineData("mcp__github__read", "github", "mcp__github__read", true)]
    [InlineData("mcp__github__re*", "github", "mcp__github__read", true)]
    [InlineData("mcp__*", "github", "mcp__github__read", true)]
    [InlineData("mcp__git*", "github", "mcp__github__read", true)]
    [InlineData("mcp__github__read", "github", "mcp__github__write", false)]
    [InlineData("mcp__foo bar", "foo_bar", "mcp__foo_bar__x", false)]
    [InlineData("mcp__foo_bar", "foo bar", "mcp__foo_bar__x", false)]
    [InlineData("mcp__foo bar", "foo bar", "mcp__foo_bar__x", true)]
    [InlineData("mcp__foo bar__x", "foo bar", "mcp__foo_bar__x", true)]
    [InlineData("mcp__foo_bar__x", "foo bar", "mcp__foo_bar__x", true)]
    [InlineData("mcp__a", "a__b", "mcp__a__b__x", false)]
    [InlineData("mcp__a__*", "a__b", "mcp__a__b__x", false)]
    [InlineData("mcp__a__b", "a__b", "mcp__a__b__x", true)]
    [InlineData("mcp__mycompany-production-readonly", "mycompany-production-readwrite", "mcp__mycompany-production-re___d-drop-every-table-of-the-data", false)]
    [InlineData("mcp__mycompany-production-readonly__*", "mycompany-production-readwrite", "mcp__mycompany-production-re___d-drop-every-table-of-the-data", false)]
    [InlineData("mcp__mycompany-production-readwrite", "mycompany-production-readwrite", "mcp__mycompany-production-re___d-drop-every-table-of-the-data", true)]
    public void A_server_is_allowed_by_its_own_name_and_not_by_one_that_looks_like_it(string allow, string server, string tool, bool isAllowed) =>
        (_gate.Policy(allow: allow).Judge(Gate.Declare(tool, source: "mcp:" + server), ToolArguments.None, ToolConsent.Ask).Decision is PermissionDecision.Allow)
            .ShouldBe(isAllowed);

    [Theory]
    [InlineData("mcp__*__evil")]
    [InlineData("mcp__a*b")]
    [InlineData("mcp__a__*x")]
    public void A_star_in_the_middle_of_a_name_is_an_error_and_not_a_rule_that_does_nothing(string rule)
    {
        Should.Throw<PermissionRuleException>(() => _gate.Policy(deny: rule)).Message.ShouldContain("may only stand at its end");
        _gate.Policy(allow: rule).Problems.ShouldHaveSingleItem().ShouldContain("may only stand at its end");
    }
}
