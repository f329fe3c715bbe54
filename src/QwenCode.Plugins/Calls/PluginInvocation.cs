using QwenCode.Platform.Tasks;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Calls;

/// <summary>One call of a plugin's tool. It ends in time, with a result of bounded size, whatever the plugin does.</summary>
internal sealed class PluginInvocation(ToolInvocation inner, PluginTool tool, InstalledPlugin plugin, PluginLease lease) : ToolInvocation
{
    private ToolInvocation? _inner = inner;
    private string? _description;
    private IReadOnlyList<ToolLocation>? _locations;
    private ToolConsent? _consent;

    public override string Description => _description ??= Ask(static inner => inner.Description, tool.Declaration.DisplayName);

    public override IReadOnlyList<ToolLocation> Locations => _locations ??= Ask(static inner => inner.Locations, []);

    // What cannot say whether it is harmless is asked about.
    public override ToolConsent Consent => _consent ??= Ask(static inner => inner.Consent, ToolConsent.Ask);

    public override async ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken)
    {
        var inner = _inner ?? throw new ToolArgumentException($"The call of '{tool.Name}' was already made.");
        try
        {
            return await inner.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (ToolArgumentException exception)
        {
            throw new ToolArgumentException(exception.Message, exception.ErrorType);
        }
        catch (Exception exception)
        {
            // The plugin's own code; the call can be seen to fail already.
            plugin.Log.ConfirmThrew(exception, plugin.Name, tool.Name);
            throw new ToolArgumentException(tool.Describe(exception), ToolError.UnhandledException);
        }
    }

    public override void Abandon()
    {
        // As in a call: what front ends ask for later is kept before the plugin's object is let go.
        _ = (Description, Locations, Consent);
        if (Interlocked.Exchange(ref _inner, null) is { } inner)
        {
            inner.Abandon();
            lease.Dispose();
        }
    }

    public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        // Answers are kept before the plugin's object is let go: front ends look at a call after its end as well.
        _ = (Description, Locations, Consent);
        if (Interlocked.Exchange(ref _inner, null) is not { } inner)
        {
            return ToolResult.Failure(ToolError.ExecutionFailed, $"The call of '{tool.Name}' was already made.");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // Nothing of the plugin's is begun that would only be stopped again.
            inner.Abandon();
            lease.Dispose();
            throw new OperationCanceledException($"The call of '{tool.Name}' was cancelled.", cancellationToken);
        }

        var options = plugin.Options;
        using var clock = new CancellationTokenSource(options.CallTimeout, options.TimeProvider);
        // Disposed by the call's own end, which may come long after ours: the token is read once, before that can happen.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        var token = stop.Token;

        // On a thread of its own from the start: a tool that never yields must not take the caller's with it.
        var call = Task.Run(() => inner.ExecuteAsync(token).AsTask(), CancellationToken.None);
        _ = call.ContinueWith(
            static (_, state) =>
            {
                var (lease, stop) = ((PluginLease, CancellationTokenSource))state!;
                lease.Dispose();
                stop.Dispose();
            },
            (lease, stop),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        if (!await GracePeriod.EndsAsync(call, options.CancelGrace, options.TimeProvider, token).ConfigureAwait(false))
        {
            return Abandon(cancellationToken);
        }

        try
        {
            return ResultBounds.Apply(await call.ConfigureAwait(false), options);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A new one, for the same reason as in PluginTool.
            throw new OperationCanceledException($"The call of '{tool.Name}' was cancelled.", cancellationToken);
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested)
        {
            return ToolResult.Failure(ToolError.ExecutionFailed,
                $"The tool '{tool.Name}' of plugin '{plugin.Name}' was stopped: it took longer than {options.CallTimeout}.");
        }
        catch (ToolArgumentException exception)
        {
            return ToolResult.Failure(exception.ErrorType, ResultBounds.Cut(exception.Message, options));
        }
        catch (Exception exception)
        {
            // The plugin's own code threw: a failed call, and no more than that.
            plugin.Log.CallThrew(exception, plugin.Name, tool.Name);
            var missing = Binding.LoadFaults.FindMissingAssembly(exception, plugin.Folder);
            if (missing is not null)
            {
                plugin.Faults.Add(missing with { Tool = tool.Name });
            }

            return ToolResult.Failure(ToolError.UnhandledException,
                ResultBounds.Cut(missing is null ? tool.Describe(exception) : $"{tool.Describe(exception)} {missing.Advice}", options));
        }
    }

    private ToolResult Abandon(CancellationToken cancellationToken)
    {
        var what = $"The tool '{tool.Name}' of plugin '{plugin.Name}' did not stop within {plugin.Options.CancelGrace} of being asked "
            + "to and was abandoned; it may still be running.";
        plugin.Faults.Add(new(PluginFaultReason.Hung, plugin.Folder, "A call did not stop when it was asked to and was abandoned.",
            "Pass the CancellationToken on to everything that waits.") { Tool = tool.Name });
        plugin.Log.Abandoned(plugin.Name, tool.Name);
        return cancellationToken.IsCancellationRequested
            ? throw new OperationCanceledException(what, cancellationToken)
            : ToolResult.Failure(ToolError.ExecutionFailed, what);
    }

    private T Ask<T>(Func<ToolInvocation, T> question, T otherwise)
    {
        try
        {
            return _inner is { } inner ? question(inner) : otherwise;
        }
        catch (Exception exception)
        {
            // The plugin's own code; a call that cannot describe itself can still be run.
            plugin.Log.DescribeThrew(exception, plugin.Name, tool.Name);
            return otherwise;
        }
    }
}
