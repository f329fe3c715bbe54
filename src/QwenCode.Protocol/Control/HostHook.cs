using System.Text.Json;
using QwenCode.Hooks;
using QwenCode.Platform.Json;

namespace QwenCode.Protocol.Control;

/// <summary>A hook that the host runs: the program asks it by the control request <c>hook_callback</c>.</summary>
/// <param name="Event">The event.</param>
/// <param name="Matcher">What the name of the tool or the agent must be; <c>*</c> is all.</param>
/// <param name="CallbackId">What the host knows it by.</param>
/// <param name="Timeout">How long the host may take.</param>
public sealed record HostHook(HookEvent Event, string Matcher, string CallbackId, TimeSpan Timeout)
{
    /// <summary>Gets how long a host may take if it says nothing.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Asks the host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="input">The input of the hook.</param>
    /// <param name="cancellationToken">Abandons the question.</param>
    /// <returns>The output of the hook as JSON; <c>null</c> if it has none.</returns>
    /// <exception cref="HostRequestException">The host refused, did not answer in time, or is gone.</exception>
    public async ValueTask<string?> AskAsync(HostChannel host, JsonElement input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        var answer = await host.AskAsync(
            json =>
            {
                json.WriteString("subtype"u8, "hook_callback"u8);
                json.WriteString("callback_id"u8, CallbackId);
                json.WritePropertyName("input"u8);
                input.WriteTo(json);
                json.WriteString("tool_use_id"u8, input.Text("tool_use_id"));
            },
            cancellationToken, Timeout).ConfigureAwait(false);
        return answer.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : answer.GetRawText();
    }

    /// <summary>Reads the hooks of the handshake, in either form that SDKs write.</summary>
    /// <param name="hooks">A list of <c>{event, callback_id}</c>, or a map of events to <c>{matcher, hookCallbackIds}</c>.</param>
    /// <exception cref="HostRequestException">A hook cannot be used. None must be dropped: it might refuse.</exception>
    internal static IReadOnlyList<HostHook> Read(JsonElement hooks)
    {
        var read = new List<HostHook>();
        switch (hooks.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                break;
            case JsonValueKind.Array:
                foreach (var hook in hooks.EnumerateArray())
                {
                    var path = $"hooks[{read.Count}]";
                    var hookEvent = EventOf(hook.Text("event"), $"{path}.event");
                    read.Add(new(hookEvent, MatcherOf(hook), Id(hook.Member("callback_id"), path), TimeoutOf(hook, path)));
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in hooks.EnumerateObject())
                {
                    var name = InitializeRequest.NameOf(member);
                    ReadGroups(EventOf(name, "hooks"), member.Value, $"hooks.{name}", read);
                }

                break;
            default:
                throw new HostRequestException("hooks must be a list of {event, callback_id}, or a map of events to lists.");
        }

        return read;
    }

    private static void ReadGroups(HookEvent hookEvent, JsonElement groups, string path, List<HostHook> read)
    {
        if (groups.ValueKind is not JsonValueKind.Array)
        {
            throw new HostRequestException($"{path} must be a list.");
        }

        foreach (var group in groups.EnumerateArray())
        {
            if (group.Member("hookCallbackIds") is not { ValueKind: JsonValueKind.Array } ids)
            {
                throw new HostRequestException($"{path}[].hookCallbackIds must be a list of ids.");
            }

            foreach (var id in ids.EnumerateArray())
            {
                read.Add(new(hookEvent, MatcherOf(group), Id(id, $"{path}[]"), TimeoutOf(group, $"{path}[]")));
            }
        }
    }

    // Compared with its name: a list of names, which the framework would read as one value, is none of them.
    private static HookEvent EventOf(string? name, string path) =>
        Enum.TryParse<HookEvent>(name, out var known) && known.ToString() == name ? known
            : throw new HostRequestException(
                $"{path}: there is no event '{name}'; it must be one of {string.Join(", ", Enum.GetNames<HookEvent>())}.");

    private static string Id(JsonElement id, string path) => id.ValueKind is JsonValueKind.String && id.Text() is { Length: > 0 } text
        ? text : throw new HostRequestException($"{path}: the id of a callback must be a string that is not empty.");

    private static string MatcherOf(JsonElement hook) => hook.Text("matcher") is { Length: > 0 } matcher ? matcher : "*";

    // Seconds, as in settings.
    private static TimeSpan TimeoutOf(JsonElement hook, string path) => hook.Member("timeout") switch
    {
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => DefaultTimeout,
        { ValueKind: JsonValueKind.Number } given when given.TryGetDouble(out var seconds) && seconds is > 0 and <= 1e6 =>
            TimeSpan.FromSeconds(seconds),
        _ => throw new HostRequestException($"{path}.timeout must be a number of seconds above zero."),
    };
}
