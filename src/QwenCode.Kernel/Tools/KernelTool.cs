using QwenCode.Kernel.Agents;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>A tool that acts on the kernel itself, and so needs to know the agent that calls and not only its name.</summary>
internal abstract class KernelTool(ToolDeclaration declaration) : Tool(declaration)
{
    public sealed override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) =>
        throw new ToolArgumentException($"The tool '{Name}' works only inside a session.");

    /// <summary>Prepares a call.</summary>
    /// <param name="arguments">The arguments, valid under the schema.</param>
    /// <param name="context">The call.</param>
    /// <param name="caller">The agent that calls, which other tools do not see.</param>
    public abstract ToolInvocation Prepare(ToolArguments arguments, ToolContext context, Agent caller);

    /// <summary>Returns whether this call may run beside others.</summary>
    public virtual bool IsParallel(ToolArguments arguments) => Declaration.Traits.HasFlag(ToolTraits.Parallel);

    protected static string Required(ToolArguments arguments, string name)
    {
        var value = arguments.String(name);
        return string.IsNullOrWhiteSpace(value)
            ? throw new ToolArgumentException($"Parameter \"{name}\" must be a non-empty string.") : value;
    }
}

/// <summary>A call of a kernel tool that needs no consent.</summary>
internal sealed class KernelInvocation(string description, Func<CancellationToken, ValueTask<ToolResult>> execute) : ToolInvocation
{
    public override string Description => description;

    public override ToolConsent Consent => ToolConsent.Allow;

    public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) => execute(cancellationToken);
}
