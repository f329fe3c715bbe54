using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>A tool that is judged like the shell, and only notes its commands.</summary>
internal sealed class ShellDouble : IToolSource
{
    private readonly IReadOnlyList<Tool> _tools;

    public ShellDouble() => _tools = [new Shell(this)];

    /// <summary>Gets the commands that ran.</summary>
    public List<string> Ran { get; } = [];

    public IReadOnlyList<Tool> Snapshot() => _tools;

    private sealed class Shell(ShellDouble owner) : Tool(new ToolDeclaration
    {
        Name = "run_shell_command",
        Description = "Runs a command.",
        Kind = ToolKind.Execute,
        Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}"""u8),
    })
    {
        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Call(owner, arguments.String("command")!);
    }

    private sealed class Call(ShellDouble owner, string command) : ToolInvocation
    {
        public override string Description => command;

        public override ToolConsent Consent => ToolConsent.Ask;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            owner.Ran.Add(command);
            return ValueTask.FromResult(ToolResult.Success($"ran {command}"));
        }
    }
}
