using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>Calls functions of the host.</summary>
internal sealed class FunctionHookCaller(TimeProvider time)
{
    public async Task<HookResult> CallAsync(FunctionHook hook, byte[] input, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(hook.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // On the pool, and not only awaited: a function that blocks must not hold the agent, either.
            var text = await Task.Run(() => CallbackAsync(hook, input, either.Token), CancellationToken.None).WaitAsync(either.Token).ConfigureAwait(false);
            if (string.IsNullOrWhiteSpace(text))
            {
                return new HookResult(null);
            }

            return HookOutputReader.FromJson(text) is { } output ? new HookResult(output) : new HookResult(null, "gave no JSON object; it had no say.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new HookResult(null);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new HookResult(null, hook.ErrorMessage ?? $"took longer than its {hook.Timeout.TotalMilliseconds:0} ms; it had no say.");
        }
        catch (Exception exception)
        {
            // Nothing a host's function throws fails the operation it was told of.
            return new HookResult(null, hook.ErrorMessage ?? $"failed: {exception.Message}");
        }
    }

    private static async Task<string?> CallbackAsync(FunctionHook hook, byte[] input, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(input);
        return await hook.Callback(document.RootElement.Clone(), cancellationToken).ConfigureAwait(false);
    }
}
