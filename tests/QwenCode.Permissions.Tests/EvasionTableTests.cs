using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

/// <summary>Commands that once passed a deny rule where everything else is allowed, in <c>evasions.tsv</c>.</summary>
public sealed class EvasionTableTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void No_command_of_the_table_passes_its_rule()
    {
        var passed = new List<string>();
        foreach (var line in Tables.Rows("evasions.tsv"))
        {
            var policy = _gate.Policy(allow: "Bash", deny: line[0].Replace('|', '§'));
            var command = line[1].Replace("⏎", "\n", StringComparison.Ordinal).Replace("{{ws}}", _gate.Root, StringComparison.Ordinal);
            if (policy.Judge(Gate.ShellTool, Gate.Arguments(("command", command)), ToolConsent.Ask).Decision is PermissionDecision.Allow)
            {
                passed.Add($"{line[0]}\t{command}");
            }
        }

        passed.ShouldBeEmpty($"{passed.Count} pass:\n{string.Join('\n', passed)}\n");
    }
}
