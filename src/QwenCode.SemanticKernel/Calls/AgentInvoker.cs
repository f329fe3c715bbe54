using Microsoft.SemanticKernel;
using QwenCode.SemanticKernel.Models;
using QwenCode.SemanticKernel.Models.Functions;
using QwenCode.SemanticKernel.Plugins;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>
/// Invokes the calls of one agent through its kernel: the user's filters around the tool, and <see cref="CallFilter"/> innermost.
/// </summary>
internal sealed partial class AgentInvoker : IToolInvoker
{
    private readonly SessionKernel _session;
    private readonly ToolCaller _caller;
    private readonly AgentServices _services;
    private Kernel? _kernel;

    public AgentInvoker(SessionKernel session, ToolCaller caller)
    {
        (_session, _caller) = (session, caller);
        _services = new AgentServices(this, session.Services, caller.Model);
    }

    public IServiceProvider Services => _services;

    /// <summary>Gets the agent's kernel. It is made anew, with the same data, if a source of tools has come or gone.</summary>
    public Kernel Kernel
    {
        get
        {
            var plugins = _session.PluginsOf(_caller.SessionTools);
            var kernel = Volatile.Read(ref _kernel);
            if (kernel is not null && ReferenceEquals(kernel.Plugins, plugins))
            {
                return kernel;
            }

            var made = Create(plugins, kernel);
            return Interlocked.CompareExchange(ref _kernel, made, kernel) is { } other && !ReferenceEquals(other, kernel) ? other : made;
        }
    }

    public IToolInvoker CreateFor(ToolCaller agent) => new AgentInvoker(_session, agent);

    public async ValueTask<ToolCallReply> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var kernel = Kernel;
        var function = ToolFunctions.Of(call.Tool);
        var arguments = CallArguments.Create(call, function);
        var carried = CallArguments.Find(arguments)!;
        LogInvoking(_session.Log, function.PluginName, function.Name, _caller.Agent.Value, call.CallId);
        try
        {
            if (_session.Host.AutoFilters.Count == 0)
            {
                return new ToolCallReply(
                    Reply(carried, await kernel.InvokeAsync(function, arguments, cancellationToken).ConfigureAwait(false)));
            }

            var context = Describe(call, kernel, function, arguments, cancellationToken);
            await InvokeAutoAsync(0, context).ConfigureAwait(false);
            return new ToolCallReply(Reply(carried, context.Result), context.Terminate);
        }
        catch (ToolFailedException exception)
        {
            return new ToolCallReply(exception.Result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The library's own exception holds the kernel, the arguments and the result.
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private Kernel Create(KernelPluginCollection plugins, Kernel? earlier)
    {
        var host = _session.Host;
        var kernel = new Kernel(_services, plugins) { Culture = earlier?.Culture ?? host.Culture };
        AddRange(kernel.FunctionInvocationFilters, host.FunctionFilters);
        kernel.FunctionInvocationFilters.Add(new CallFilter(_caller, host.FunctionFilters.Count + host.AutoFilters.Count > 0));
        if (host.PromptFilters.Count > 0)
        {
            AddRange(kernel.PromptRenderFilters, host.PromptFilters);
        }

        if (host.AutoFilters.Count > 0)
        {
            AddRange(kernel.AutoFunctionInvocationFilters, host.AutoFilters);
        }

        foreach (var (key, value) in earlier?.Data ?? (IEnumerable<KeyValuePair<string, object?>>)host.Data)
        {
            kernel.Data[key] = value;
        }

        return kernel;
    }

    private static void AddRange<T>(IList<T> list, IReadOnlyList<T> items)
    {
        foreach (var item in items)
        {
            list.Add(item);
        }
    }

    /// <summary>Returns the call's own result unless a filter put another in its place.</summary>
    private static ToolResult Reply(CallArguments call, FunctionResult result)
    {
        var value = result.GetValue<object>();
        return call.Result is { } own && ReferenceEquals(value, call.Value) ? own
            : call.Result is null && value is null
                ? ToolResult.Failure(
                ToolError.ExecutionDenied, $"A filter of the host ended the call of \"{call.Call.Tool.Name}\" without running it.")
                : FunctionValues.ToResult(result);
    }

    private static AutoFunctionInvocationContext Describe(
        ToolCall call, Kernel kernel, KernelFunction function, KernelArguments arguments, CancellationToken cancellationToken)
    {
        // One history for each call: the library keeps handlers in it, and neighbouring calls run at the same time.
        var history = ChatHistories.From(call.History, FunctionOffer.None);
        return new AutoFunctionInvocationContext(
            kernel, function, new FunctionResult(function, culture: kernel.Culture), history, history[^1])
        {
            CallContent = new Microsoft.Extensions.AI.FunctionCallContent(call.CallId, function.Name, arguments),
            Arguments = arguments,
            RequestSequenceIndex = call.RequestIndex,
            FunctionSequenceIndex = call.Index,
            FunctionCount = call.Count,
            IsStreaming = true,
            CancellationToken = cancellationToken,
        };
    }

    private Task InvokeAutoAsync(int index, AutoFunctionInvocationContext context)
    {
        var filters = _session.Host.AutoFilters;
        return index < filters.Count
            ? filters[index].OnAutoFunctionInvocationAsync(context, inner => InvokeAutoAsync(index + 1, inner))
            : InvokeFunctionAsync(context);
    }

    private static async Task InvokeFunctionAsync(AutoFunctionInvocationContext context) =>
        context.Result = await context.Kernel.InvokeAsync(context.Function, context.Arguments, context.CancellationToken)
            .ConfigureAwait(false);
}
