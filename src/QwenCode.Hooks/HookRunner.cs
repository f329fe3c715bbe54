using System.Globalization;
using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>Runs the hooks of a session: those from settings and those registered at run time.</summary>
/// <param name="hooks">The hooks of settings and extensions.</param>
/// <param name="options">Where they run and what they may reach.</param>
public sealed class HookRunner(HookSet hooks, HookRunnerOptions options) : IHookRunner, IAsyncDisposable
{
    private readonly CommandHookCaller _commands = new(options);
    private readonly HttpHookCaller _http = new(options);
    private readonly FunctionHookCaller _functions = new(options.Time);
    private readonly AsyncHooks _async = new(options.Time);
    private HookSession _session = new(string.Empty, string.Empty, static _ => { });

    /// <summary>Gets the hooks registered at run time.</summary>
    public SessionHooks Session { get; } = new();

    /// <inheritdoc/>
    public bool Handles(HookEvent hookEvent) => hooks[hookEvent].Count > 0 || Session.Entries.Any(entry => entry.Event == hookEvent);

    /// <inheritdoc/>
    public void Open(HookSession session) => _session = session;

    /// <inheritdoc/>
    public ValueTask CloseAsync() => DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _async.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }

    /// <summary>Returns the hooks that run for an event, in order.</summary>
    /// <param name="hookEvent">The event.</param>
    /// <param name="subject">The text that matchers are compared with.</param>
    public IReadOnlyList<HookEntry> Match(HookEvent hookEvent, string subject)
    {
        var seen = new HashSet<string>();
        return [.. hooks[hookEvent].Concat(Session.Entries.Where(entry => entry.Event == hookEvent))
            .Where(entry => HookMatcher.Fits(entry, subject) && seen.Add(entry.Definition.Key))];
    }

    /// <inheritdoc/>
    public async ValueTask<HookOutcome> RunAsync(HookInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var entries = Match(input.Event, input.Subject);
        if (entries.Count == 0 || cancellationToken.IsCancellationRequested)
        {
            return HookOutcome.None;
        }

        var json = Write(input);
        var results = entries.Any(static entry => entry.IsSequential)
            ? await RunInTurnAsync(entries, json, cancellationToken).ConfigureAwait(false)
            : await Task.WhenAll(entries.Select(entry => RunAsync(entry, json, cancellationToken))).ConfigureAwait(false);
        var outputs = results.Select(static result => result.Output).OfType<HookOutput>();
        if (input.Event is HookEvent.PermissionRequest && HookEcho.IsPossible(json))
        {
            outputs = outputs.Select(static output => output.WithoutAllowance());
        }

        return HookMerge.Merge(input.Event, [.. outputs]);
    }

    /// <inheritdoc/>
    public void Post(HookInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (Match(input.Event, input.Subject).Count > 0
            && !_async.TryStart(async token => await RunAsync(input, token).ConfigureAwait(false)))
        {
            _session.Notice($"The hooks of {input.Event} were not started: too many background hooks are running.");
        }
    }

    private async Task<IReadOnlyList<HookResult>> RunInTurnAsync(IReadOnlyList<HookEntry> entries, byte[] json,
        CancellationToken cancellationToken)
    {
        var results = new List<HookResult>();
        foreach (var entry in entries)
        {
            var result = await RunAsync(entry, json, cancellationToken).ConfigureAwait(false);
            results.Add(result);
            if (result.Output is { } output)
            {
                json = HookChain.Next(entry.Event, json, output);
            }
        }

        return results;
    }

    private async Task<HookResult> RunAsync(HookEntry entry, byte[] json, CancellationToken cancellationToken)
    {
        if (entry.Definition is CommandHook { IsAsync: true } later)
        {
            if (!_async.TryStart(token => RunLaterAsync(entry, later, json, token)))
            {
                Report(entry, "was not started: too many background hooks are running.");
            }

            return new HookResult(null);
        }

        HookResult result;
        try
        {
            result = entry.Definition switch
            {
                CommandHook command => await _commands.CallAsync(command, _session.Id, json, cancellationToken).ConfigureAwait(false),
                HttpHook http => await _http.CallAsync(entry.Event, http, json, cancellationToken).ConfigureAwait(false),
                FunctionHook function => await _functions.CallAsync(function, json, cancellationToken).ConfigureAwait(false),
                _ => new HookResult(null, "is of an unknown kind."),
            };
        }
        catch (Exception exception)
        {
            // A fault of the framework or of the system must not fail the operation.
            result = new HookResult(null, $"failed: {exception.Message}");
        }

        if (result.Problem is { } problem)
        {
            Report(entry, result.Output is null or { Refuses: false, Fault: null } ? problem + Consequence(entry) : problem);
        }

        return result.Output is { Fault: { } fault } ? Refuse(entry, result.Output, fault) : result;
    }

    private static bool IsGuarding(HookEvent hookEvent) =>
        hookEvent is HookEvent.PreToolUse or HookEvent.PermissionRequest or HookEvent.UserPromptSubmit;

    /// <summary>Returns what comes of it that a guard failed, and how to have it otherwise: no guard fails unseen.</summary>
    private static string Consequence(HookEntry entry) => !IsGuarding(entry.Event) ? string.Empty
        : (entry.Event switch
        {
            HookEvent.PreToolUse => " The call runs without its say.",
            HookEvent.PermissionRequest => " The call is decided without its say.",
            _ => " The prompt is sent without its say.",
        })
        + (entry.Definition is CommandHook { UsesPowerShell: false }
            ? " To refuse whenever it fails or is slow, write \"timeout 10 COMMAND || exit 2\", with less than its timeout."
            : string.Empty);

    /// <summary>Decides for a hook whose output cannot be understood: a guard that may have meant to refuse has not agreed.</summary>
    private HookResult Refuse(HookEntry entry, HookOutput output, string fault)
    {
        if (!IsGuarding(entry.Event))
        {
            Report(entry, $"{fault}; it is ignored.");
            return new HookResult(output with { Fault = null, Decision = null, PermissionDecision = null });
        }

        Report(entry, $"{fault}; that counts as a refusal.");
        return new HookResult(new HookOutput { Decision = "deny", Reason = $"A hook {fault}." });
    }

    private async Task RunLaterAsync(HookEntry entry, CommandHook hook, byte[] json, CancellationToken cancellationToken)
    {
        try
        {
            var (output, problem) = await _commands.CallAsync(hook, _session.Id, json, cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                Report(entry, "was stopped, because the session ended.");
            }

            foreach (var text in (string?[])[problem, output?.Fault, output?.SystemMessage, output?.AdditionalContext])
            {
                if (!string.IsNullOrWhiteSpace(text))
                {
                    Report(entry, text);
                }
            }

            if (output is not null && (output.IsStop || output.Blocks(entry.Event)))
            {
                var reason = output.ReasonFor(entry.Event) ?? "no reason given";
                Report(entry, $"denied the event, but runs in the background (\"async\"), so the denial has no effect: {reason}");
            }
        }
        catch (Exception exception)
        {
            // As for hooks that are awaited.
            Report(entry, $"failed: {exception.Message}");
        }
    }

    private void Report(HookEntry entry, string text) => _session.Notice($"Hook \"{entry.Definition.Label}\" ({entry.Event}): {text}");

    private byte[] Write(HookInput input)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, HookChain.Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("session_id"u8, _session.Id);
            writer.WriteString("transcript_path"u8, _session.TranscriptPath);
            writer.WriteString("cwd"u8, options.WorkingDirectory);
            writer.WriteString("hook_event_name"u8, input.Event.ToString());
            writer.WriteString("timestamp"u8, options.Time.GetUtcNow()
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            input.WriteFields(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
