using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

/// <summary>
/// What safety must not cost: the verdicts of everyday commands under five ordinary sets of rules, in <c>everyday.tsv</c>. What only
/// reads is not asked about, and what a rule allows is asked about only for a reason that the user would accept.
/// </summary>
public sealed class EverydayTests : IDisposable
{
    /// <summary>No rules; tools of the trade allowed; all but destruction; all but secrets; all, with questions before publishing.</summary>
    private static readonly string[] RuleSets =
    [
        "",
        "allow:Bash(git *) § allow:Bash(npm *) § allow:Bash(npx *) § allow:Bash(pnpm *) § allow:Bash(yarn *) § allow:Bash(node *) § allow:Bash(dotnet *) § allow:Bash(cargo *) § allow:Bash(go *) § "
            + "allow:Bash(python3 *) § allow:Bash(pip *) § allow:Bash(pytest *) § allow:Bash(make *) § allow:Bash(cmake *) § allow:Bash(docker *) § allow:Bash(kubectl get *) § allow:Bash(kubectl logs *) § "
            + "allow:Bash(mkdir *) § allow:Bash(tee *)",
        "allow:Bash § deny:Bash(rm -rf *) § deny:Bash(sudo *) § deny:Bash(git push --force *) § deny:Bash(shutdown *)",
        "allow:Bash § deny:Read(.env) § deny:Read(./secret/**) § deny:Read(~/.ssh/**) § deny:Edit(.github/**) § deny:Edit(.env)",
        "allow:Bash § ask:Bash(git push *) § ask:Bash(npm publish *) § ask:Bash(docker push *) § ask:Bash(kubectl delete *) § deny:WebFetch(evil.com)",
    ];

    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void Everyday_commands_have_the_verdicts_of_the_table()
    {
        File.Delete(Path.Combine(_gate.Root, ".env"));
        var policies = Array.ConvertAll(RuleSets, _gate.Policy);
        var rows = Tables.Rows("everyday.tsv").ToArray();
        var differences = new List<string>();
        foreach (var row in rows)
        {
            var command = row[1].Replace("⏎", "\n", StringComparison.Ordinal);
            var verdicts = string.Concat(policies.Select(policy =>
                policy.Judge(Gate.ShellTool, Gate.Arguments(("command", command)), ToolConsent.Ask).Decision switch
                {
                    PermissionDecision.Allow => 'a',
                    PermissionDecision.Ask => '?',
                    _ => 'd',
                }));
            if (verdicts != row[0])
            {
                differences.Add($"{verdicts}\t{row[1]}");
            }
        }

        differences.ShouldBeEmpty($"{differences.Count} of {rows.Length} differ; the verdicts now:\n{string.Join('\n', differences)}\n");
        rows.Length.ShouldBeGreaterThanOrEqualTo(300);
    }
}
