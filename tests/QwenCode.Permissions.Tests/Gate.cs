using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions.Tests;

/// <summary>A project on disk with links and secrets in it, and a policy over it.</summary>
internal sealed class Gate : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("gate-").FullName;

    public Gate()
    {
        Root = Path.Combine(_base, "ws");
        Directory.CreateDirectory(Path.Combine(Root, "sub"));
        Directory.CreateDirectory(Path.Combine(Root, "secret"));
        Directory.CreateDirectory(Path.Combine(_base, "ws-sibling"));
        Directory.CreateDirectory(Path.Combine(_base, "outside"));
        File.WriteAllText(Path.Combine(Root, "secret", "key"), "k");
        File.WriteAllText(Path.Combine(Root, ".env"), "k");
        File.WriteAllText(Path.Combine(Root, "a.txt"), "a");
        File.WriteAllText(Path.Combine(_base, "outside", "o.txt"), "o");
        File.CreateSymbolicLink(Path.Combine(Root, "sub", "link"), Path.Combine(Root, "secret"));
        File.CreateSymbolicLink(Path.Combine(Root, "out"), Path.Combine(_base, "outside"));
        Workspace = new Workspace(Root, runtimeDirectory: Path.Combine(_base, "run"));
        Root = Workspace.Root;
    }

    public string Root { get; }

    public Workspace Workspace { get; }

    public PermissionPolicy Policy(string? allow = null, string? ask = null, string? deny = null, params string[] core) => new(new PermissionPolicyOptions
    {
        Workspace = Workspace,
        Allow = Rules(allow, "allow"),
        Ask = Rules(ask, "ask"),
        Deny = Rules(deny, "deny"),
        CoreTools = core,
    });

    /// <summary>Judges a command under rules separated by <c>§</c>, each <c>allow:</c>, <c>ask:</c> or <c>deny:</c>.</summary>
    public PermissionVerdict Shell(string rules, string command) => Policy(rules).Judge(ShellTool, Arguments(("command", command)), ToolConsent.Ask);

    /// <summary>Returns a command as the policy reads it.</summary>
    public static PolicyReading Read(PermissionPolicy policy, string command) => Read(policy, ShellTool, Arguments(("command", command)));

    public static PolicyReading Read(PermissionPolicy policy, ToolDeclaration tool, ToolArguments arguments) => (PolicyReading)policy.Read(tool, arguments);

    public PermissionPolicy Policy(string rules)
    {
        var lists = rules.Split('§', StringSplitOptions.RemoveEmptyEntries).Select(static rule => rule.Trim().Split(':', 2)).ToLookup(static pair => pair[0], pair => Expand(pair[1]));
        return new PermissionPolicy(new PermissionPolicyOptions
        {
            Workspace = Workspace,
            Allow = [.. lists["allow"].Select(static rule => new PermissionRuleText(rule, "test"))],
            Ask = [.. lists["ask"].Select(static rule => new PermissionRuleText(rule, "test"))],
            Deny = [.. lists["deny"].Select(static rule => new PermissionRuleText(rule, "test"))],
        });
    }

    public string Expand(string text) => text.Replace("{ws}", Root, StringComparison.Ordinal).Replace("{base}", Path.GetDirectoryName(Root), StringComparison.Ordinal)
        .Replace("{home}", Workspace.HomeDirectory, StringComparison.Ordinal);

    public static ToolDeclaration ShellTool { get; } = Declare("run_shell_command", ToolKind.Execute);

    public static ToolDeclaration Declare(string name, ToolKind kind = ToolKind.Other, string source = "host") => new()
    {
        Name = name, Description = name, Parameters = ToolDeclaration.Schema("{}"u8), Kind = kind, Source = source,
    };

    public static ToolArguments Arguments(params (string Name, string Value)[] values) =>
        ToolArguments.From(values.Select(static value => KeyValuePair.Create(value.Name, (object?)value.Value)));

    /// <summary>Makes what git takes for a repository without a <c>.git</c>.</summary>
    public void MakeBareRepository(string path)
    {
        Directory.CreateDirectory(Path.Combine(Root, path, "objects"));
        Directory.CreateDirectory(Path.Combine(Root, path, "refs"));
        File.WriteAllText(Path.Combine(Root, path, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(Path.Combine(Root, path, "config"), "[core]\n\tfsmonitor = touch PWNED;false\n");
    }

    public void Dispose() => Directory.Delete(_base, recursive: true);

    private static PermissionRuleText[] Rules(string? text, string kind) =>
        text is null ? [] : [.. text.Split('§').Select((rule, index) => new PermissionRuleText(rule, $"settings.json: permissions.{kind}[{index}]"))];
}
