using System.Globalization;
using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>Answers what the program asks of the host.</summary>
internal sealed class HostRequests(QwenClientOptions options)
{
    private readonly HostTools _tools = new(options.Tools);

    /// <summary>Handles a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops what it leads to.</param>
    /// <returns>What writes the members of the answer.</returns>
    /// <exception cref="QwenClientException">There is no such request.</exception>
    public async ValueTask<Action<Utf8JsonWriter>> HandleAsync(JsonElement request, CancellationToken cancellationToken) =>
        request.Text("subtype") switch
    {
        "can_use_tool" => await DecideAsync(request, cancellationToken).ConfigureAwait(false),
        "hook_callback" => await RunHookAsync(request, cancellationToken).ConfigureAwait(false),
        "mcp_message" => await _tools.HandleAsync(request.Member("message"), cancellationToken).ConfigureAwait(false),
        var other => throw new QwenClientException($"The host does not answer '{other}'."),
    };

    private async ValueTask<Action<Utf8JsonWriter>> DecideAsync(JsonElement request, CancellationToken cancellationToken)
    {
        var asked = new ToolRequest(
            request.Text("tool_name") ?? string.Empty, request.Text("tool_use_id") ?? string.Empty, request.Member("input"),
            Question(request));
        var decision = options.DecideAsync is { } decide
            ? await decide(asked, cancellationToken).ConfigureAwait(false)
            : ToolDecision.Deny("This host approves no calls. Allow them by rules, or set QwenClientOptions.DecideAsync.");
        return json =>
        {
            json.WriteString("behavior"u8, decision.IsAllowed ? "allow"u8 : "deny"u8);
            if (!decision.IsAllowed)
            {
                json.WriteString("message"u8, decision.Message);
            }
            else if (decision.Input is { } input)
            {
                json.WritePropertyName("updatedInput"u8);
                input.WriteTo(json);
            }
        };
    }

    private async ValueTask<Action<Utf8JsonWriter>> RunHookAsync(JsonElement request, CancellationToken cancellationToken)
    {
        if (!int.TryParse(request.Text("callback_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index >= options.Hooks.Count)
        {
            throw new QwenClientException($"There is no hook '{request.Text("callback_id")}'.");
        }

        var output = await options.Hooks[index].RunAsync(request.Member("input"), cancellationToken).ConfigureAwait(false);
        return json =>
        {
            foreach (var member in output is { ValueKind: JsonValueKind.Object } given ? given.EnumerateObject() : default)
            {
                member.WriteTo(json);
            }
        };
    }

    private static string Question(JsonElement request) =>
        request.Member("permission_suggestions") is { ValueKind: JsonValueKind.Array } suggestions
            ? suggestions.EnumerateArray().Where(static one => one.Text("type") == "allow").Select(static one => one.Text("description"))
                .FirstOrDefault() ?? string.Empty
            : string.Empty;
}
