using System.Text.Json;
using Microsoft.SemanticKernel;
using QwenCode.Platform.Text;
using QwenCode.SemanticKernel.Plugins;
using QwenCode.SemanticKernel.Functions;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>
/// The innermost filter of an agent's kernel, and the only way from a kernel function to a tool: it runs the call that the model made, and
/// puts a call that other code makes under the same rules.
/// </summary>
internal sealed class CallFilter(ToolCaller caller, bool hasFilters) : IFunctionInvocationFilter
{
    private const int MaxDescription = 60;

    public Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next) =>
        CallArguments.Find(context.Arguments) is { } arguments && ReferenceEquals(ToolFunctions.Of(arguments.Call.Tool), context.Function)
            ? RunAsync(arguments, context, next)
            : RunNestedAsync(context, next);

    private async Task RunAsync(CallArguments arguments, FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        var call = arguments.Call;
        var change = arguments.FindChange(context.Arguments);
        var body = call.Tool is not KernelFunctionTool own ? null : (Func<CancellationToken, ValueTask<ToolResult>>)(async _ =>
        {
            // The arguments may have been mended, or changed by the user, on the way here.
            CallArguments.Write(call.Arguments, context.Arguments, own.Function);
            await next(context).ConfigureAwait(false);
            return FunctionValues.ToResult(context.Result);
        });
        var result = await call.RunAsync(change, body, context.CancellationToken).ConfigureAwait(false);
        arguments.Result = result;
        if (result.Error is not null)
        {
            // Without filters no one could catch it.
            if (hasFilters)
            {
                throw new ToolFailedException(result);
            }

            arguments.Value = result.Error.Message;
            context.Result = new FunctionResult(context.Function, arguments.Value, context.Kernel.Culture);
        }
        else if (body is null)
        {
            arguments.Value = FunctionValues.FromResult(result);
            context.Result = new FunctionResult(context.Function, arguments.Value, context.Kernel.Culture);
        }
        else
        {
            arguments.Value = context.Result.GetValue<object>();
        }
    }

    private async Task RunNestedAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        var (name, arguments) = ToolFunctions.ToolOf(context.Function) is { } tool ? (tool.Name, ToolArguments.From(context.Arguments))
            : AgentsPlugin.AgentOf(context.Function) is { } agent ? ("agent", LaunchArguments(agent.Name, context.Arguments))
            : (null, default);
        if (name is null)
        {
            // A function of the user's, called by the user's own code.
            await next(context).ConfigureAwait(false);
            return;
        }

        var result = await caller.CallAsync(name, arguments, context.CancellationToken).ConfigureAwait(false);
        context.Result = result.Error is null
            ? new FunctionResult(context.Function, FunctionValues.FromResult(result), context.Kernel.Culture)
            : throw new ToolFailedException(result);
    }

    private static ToolArguments LaunchArguments(string agent, KernelArguments arguments)
    {
        var prompt = ToolArguments.From(arguments).String("prompt") ?? string.Empty;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("subagent_type"u8, agent);
            writer.WriteString("description"u8, Shorten(prompt));
            writer.WriteString("prompt"u8, prompt);
            writer.WriteEndObject();
        }

        return new ToolArguments(ToolDeclaration.Schema(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static string Shorten(string prompt)
    {
        var line = prompt.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line[..TextCut.Before(line, Math.Min(line.Length, MaxDescription))].ToString();
    }
}
