using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>
/// Any <see cref="AIFunction"/> as a tool. It promises nothing unless its class has a static <see cref="ToolDeclaration"/>.
/// </summary>
internal sealed class FunctionTool(AIFunction function, ToolDeclaration? declaration, BindingContext binding)
    : Tool(declaration ?? new ToolDeclaration
    {
        Name = function.Name,
        Description = function.Description,
        Parameters = function.JsonSchema,
        Source = binding.Plugin,
    })
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        var given = new AIFunctionArguments { Context = new Dictionary<object, object?> { [typeof(ToolContext)] = context } };
        if (arguments.Json.ValueKind is JsonValueKind.Object)
        {
            foreach (var member in arguments.Json.EnumerateObject())
            {
                given[member.Name] = member.Value.Clone();
            }
        }

        return new FunctionInvocation(this, function, given, binding);
    }

    private sealed class FunctionInvocation(Tool tool, AIFunction function, AIFunctionArguments arguments, BindingContext binding)
        : ToolInvocation
    {
        public override string Description => tool.Declaration.DisplayName;

        public override ToolConsent Consent =>
            (tool.Declaration.Traits & (ToolTraits.ReadOnly | ToolTraits.Preapproved)) == 0 ? ToolConsent.Ask : ToolConsent.Allow;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) =>
            ToolOutput.ToResult(await function.InvokeAsync(arguments, cancellationToken).ConfigureAwait(false), binding.Json);
    }
}
