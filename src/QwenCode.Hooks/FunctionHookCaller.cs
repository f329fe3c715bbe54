using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>Calls functions that the host registered.</summary>
internal sealed class FunctionHookCaller(TimeProvider time)
{
    public async Task<HookResult> CallAsync(FunctionHook hook, byte[] input, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(hook.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // On the pool: a function that blocks must not block the agent.
            var text = await Task.Run(() => CallbackAsync(hook, input, either.Token), CancellationToken.None).WaitAsync(either.Token)
                .ConfigureAwait(false);
            if (string.IsNullOrWhiteSpace(text))
            {
                return new HookResult(null);
            }

            return new HookResult(HookOutputReader.FromJson(text) ?? HookOutputReader.Unreadable(text));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new HookResult(null);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new HookResult(null, hook.ErrorMessage ?? $"took longer than its {hook.Timeout.TotalMilliseconds:0} ms; it is ignored.");
        }
        catch (Exception exception)
        {
            // An exception of a function of the host must not fail the operation.
            return new HookResult(null, hook.ErrorMessage ?? $"failed: {exception.Message}");
        }
    }

    private static async Task<string?> CallbackAsync(FunctionHook hook, byte[] input, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(input);
        return await hook.Callback(document.RootElement.Clone(), cancellationToken).ConfigureAwait(false);
    }
}
