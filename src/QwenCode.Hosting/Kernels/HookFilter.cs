using System.Text.Json;
using Microsoft.SemanticKernel;
using QwenCode.Hooks;
using QwenCode.Permissions;
using QwenCode.SemanticKernel.Calls;

namespace QwenCode.Hosting.Kernels;

/// <summary>
/// Runs the tool hooks of the settings around every function of a kernel, which is named <c>plugin_function</c> to them. A hook
/// that refuses keeps the function from running; its reason is the result then, for the model to read.
/// </summary>
internal sealed class HookFilter : IFunctionInvocationFilter, IHostKernelFilter, IAsyncDisposable, IDisposable
{
    private readonly WorkspaceServices _project;
    private readonly IHookRunner _hooks;

    public HookFilter(WorkspaceServices project, TimeProvider time)
    {
        _project = project;
        var configuration = HookConfiguration.From(project);
        _hooks = configuration.IsDisabled ? NoHooks.Instance : configuration.CreateRunner(project, time);
        _hooks.Open(new HookSession(Sessions.SessionId.New().Value, string.Empty, static _ => { }));
    }

    public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        var name = string.IsNullOrEmpty(context.Function.PluginName)
            ? context.Function.Name : $"{context.Function.PluginName}_{context.Function.Name}";
        var call = $"kernel_{Guid.NewGuid():N}";
        if (_hooks.Handles(HookEvent.PreToolUse))
        {
            var said = await _hooks.RunAsync(new HookInput(HookEvent.PreToolUse, name, writer => Write(writer, name, call, context)),
                context.CancellationToken).ConfigureAwait(false);

            // A guard that was cut short has not agreed.
            context.CancellationToken.ThrowIfCancellationRequested();
            if (said.IsBlocking || said.IsStopRequested)
            {
                context.Result = new FunctionResult(context.Function, said.Reason ?? $"A hook refused the call of \"{name}\".");
                return;
            }
        }

        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (_hooks.Handles(HookEvent.PostToolUseFailure))
        {
            await _hooks.RunAsync(
                new HookInput(HookEvent.PostToolUseFailure, name, writer =>
                {
                    Write(writer, name, call, context);
                    writer.WriteString("error"u8, exception.Message);
                    writer.WriteBoolean("is_interrupt"u8, exception is OperationCanceledException);
                }),
                CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        if (!_hooks.Handles(HookEvent.PostToolUse))
        {
            return;
        }

        var answered = await _hooks.RunAsync(
            new HookInput(HookEvent.PostToolUse, name, writer =>
            {
                Write(writer, name, call, context);
                // What is streamed has not been answered yet.
                var text = context.IsStreaming ? string.Empty : context.Result.ToString();
                writer.WriteStartObject("tool_response"u8);
                writer.WriteString("llmContent"u8, text);
                writer.WriteString("returnDisplay"u8, text);
                writer.WriteEndObject();
            }),
            CancellationToken.None).ConfigureAwait(false);
        if (answered.IsStopRequested)
        {
            context.Result = new FunctionResult(context.Result, answered.Reason ?? "A hook asked to stop.");
        }
        else if (!string.IsNullOrEmpty(answered.AdditionalContext) && !context.IsStreaming
            && context.Result.GetValue<object>() is string result)
        {
            context.Result = new FunctionResult(context.Result, $"{result}\n\n{answered.AdditionalContext}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _hooks.CloseAsync().ConfigureAwait(false);
        if (_hooks is IAsyncDisposable owned)
        {
            await owned.DisposeAsync().ConfigureAwait(false);
        }
    }

    // A kernel's container is as often disposed of without waiting; what still runs is then stopped, and not waited for.
    public void Dispose() => _ = DisposeAsync().AsTask();

    private void Write(Utf8JsonWriter writer, string name, string call, FunctionInvocationContext context)
    {
        writer.WriteString("permission_mode"u8, _project.Tools.ApprovalMode.ToWire());
        writer.WriteString("tool_name"u8, name);
        writer.WriteStartObject("tool_input"u8);
        foreach (var (key, value) in context.Arguments)
        {
            writer.WritePropertyName(key);
            try
            {
                JsonSerializer.SerializeToElement(value, value?.GetType() ?? typeof(object)).WriteTo(writer);
            }
            catch (Exception exception) when (exception is NotSupportedException or JsonException or InvalidOperationException)
            {
                // A kernel's code hands over whatever it likes; a hook can do no more with it than read what it is.
                writer.WriteStringValue(value?.ToString());
            }
        }

        writer.WriteEndObject();
        writer.WriteString("tool_use_id"u8, call);
    }
}
