using Microsoft.SemanticKernel;
using QwenCode.SemanticKernel.Calls;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Functions;

/// <summary>A function of the user's kernel as a tool. It asks before it runs, unless rules say otherwise.</summary>
internal sealed class KernelFunctionTool(ToolDeclaration declaration, KernelFunction function) : Tool(declaration)
{
    /// <summary>Gets the function.</summary>
    public KernelFunction Function => function;

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) =>
        new FunctionInvocation(this, arguments, context);

    private sealed class FunctionInvocation(KernelFunctionTool tool, ToolArguments arguments, ToolContext context) : ToolInvocation
    {
        public override string Description => $"{tool.Name} {arguments.Json.GetRawText()}";

        public override ToolConsent Consent => ToolConsent.Ask;

        // A session runs the function inside its own kernel's invocation; this is for callers without one.
        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            var kernel = (Kernel?)context.Services?.GetService(typeof(Kernel)) ?? new Kernel(context.Services);
            var values = new KernelArguments();
            CallArguments.Write(arguments, values, tool.Function);
            return FunctionValues.ToResult(await tool.Function.InvokeAsync(kernel, values, cancellationToken).ConfigureAwait(false));
        }
    }
}
