using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugins.Calls;

/// <summary>
/// What the kernel sees of a plugin's tool: its declaration from the manifest. The first call loads the plugin, and nothing the
/// plugin throws gets past here.
/// </summary>
internal sealed class PluginTool(
    PluginToolEntry entry, InstalledPlugin plugin, PluginGeneration generation, Func<string, Tool?> findCurrent)
    : Tool(entry.Declaration)
{
    /// <summary>Gets where the tool stands among all; lower first.</summary>
    internal int Order => entry.Order;

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        if (!generation.TryEnter(out var lease))
        {
            // An agent in the middle of its turn still offers the tool of a generation that is gone: the call goes to its successor.
            return findCurrent(Name) is { } current && !ReferenceEquals(current, this)
                ? current.Prepare(arguments, context)
                : throw new ToolArgumentException($"The tool '{Name}' is gone: the plugin '{plugin.Name}' was removed or reloaded. Go "
                + "on without it.", ToolError.NotRegistered);
        }

        try
        {
            var invocation = generation.GetTool(entry).Prepare(arguments, context);
            var guarded = new PluginInvocation(invocation, this, plugin, lease);
            lease = null;
            return guarded;
        }
        catch (ToolArgumentException exception)
        {
            // A new one: the thrown one's stack trace would keep the plugin loaded for as long as the exception is kept.
            throw new ToolArgumentException(exception.Message, exception.ErrorType);
        }
        catch (PluginFaultException exception)
        {
            plugin.Log.Unusable(plugin.Name, exception.Fault);
            throw new ToolArgumentException(
                $"The tool '{Name}' cannot be used. Plugin '{plugin.Name}': {exception.Fault}", ToolError.ExecutionFailed);
        }
        catch (Exception exception)
        {
            // The plugin's own code threw; it must not end the turn.
            plugin.Log.PrepareThrew(exception, plugin.Name, Name);
            throw new ToolArgumentException(Describe(exception), ToolError.UnhandledException);
        }
        finally
        {
            lease?.Dispose();
        }
    }

    /// <summary>
    /// Asks the tool whether it is to be offered. One that cannot say in time, or throws, is not, and the user is notified.
    /// </summary>
    public async ValueTask<ToolReadiness> CheckAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        if (!generation.TryEnter(out var lease))
        {
            return new ToolReadiness(false, []);
        }

        // On a thread of its own, and with the lease in its hands: a constructor that hangs must hold up neither the run nor an
        // unloading that waits for it.
        var check = Task.Run(
            async () =>
            {
                using var held = lease;
                return generation.GetTool(entry) is IConditionalTool tool
                    ? await tool.CheckAsync(workspace, cancellationToken).ConfigureAwait(false)
                    : new ToolReadiness(true, []);
            },
            CancellationToken.None);
        try
        {
            return await check.WaitAsync(plugin.Options.CancelGrace, plugin.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (PluginFaultException exception)
        {
            return Refuse(exception.Fault.ToString());
        }
        catch (TimeoutException) when (!check.IsCompleted)
        {
            return Refuse($"it did not say within {plugin.Options.CancelGrace} whether it can be used.");
        }
        catch (Exception exception)
        {
            // The plugin's own code threw; the run goes on without the tool.
            return Refuse($"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private ToolReadiness Refuse(string why) => new(false, [$"The tool '{Name}' of plugin '{plugin.Name}' is not offered: {why}"]);

    internal string Describe(Exception exception) =>
        $"The tool '{Name}' of plugin '{plugin.Name}' failed: {exception.GetType().Name}: {exception.Message}";
}
