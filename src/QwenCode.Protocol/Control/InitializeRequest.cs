using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Permissions;
using QwenCode.Platform.Json;

namespace QwenCode.Protocol.Control;

/// <summary>What a host brings when it opens the control channel.</summary>
/// <param name="SdkServers">The names of MCP servers that the host runs itself.</param>
/// <param name="Servers">The MCP servers that the program is to start, as a map of names to entries; undefined if there are none.</param>
/// <param name="Agents">The agents.</param>
public sealed record InitializeRequest(
    IReadOnlyList<string> SdkServers, JsonElement Servers, IReadOnlyList<AgentDefinition> Agents)
{
    /// <summary>Gets how hard the model is to think, as the host writes it; <c>null</c> if it says nothing.</summary>
    public string? Effort { get; init; }

    /// <summary>
    /// Gets whether the agents of the project, the user and the program stay; <see cref="Agents"/> then come before them.
    /// </summary>
    /// <value>The default is <c>false</c>, as in qwen-code.</value>
    public bool KeepsConfiguredAgents { get; init; }

    /// <summary>Gets the hooks that the host runs itself.</summary>
    public IReadOnlyList<HostHook> Hooks { get; init; } = [];

    /// <summary>Gets how long the host may take to decide about a call.</summary>
    /// <value><c>null</c> if it says nothing.</value>
    public TimeSpan? PermissionTimeout { get; init; }

    /// <summary>Reads the request.</summary>
    /// <param name="request">The request's body.</param>
    /// <param name="findRuleFault">What is wrong with a permission rule; <c>null</c> if the rules are not looked at.</param>
    /// <exception cref="HostRequestException">An agent, a hook or a number cannot be used.</exception>
    public static InitializeRequest Read(JsonElement request, Func<string, string?>? findRuleFault = null)
    {
        var permissions = new AgentPermissionReader(findRuleFault ?? (static _ => null));
        var agents = new List<AgentDefinition>();
        if (request.TryMember("agents", out var given) && given.ValueKind is JsonValueKind.Array)
        {
            foreach (var agent in given.EnumerateArray())
            {
                agents.Add(Agent(agent, $"agents[{agents.Count}]", permissions));
            }
        }

        return new(
            [.. Members(request, "sdkMcpServers")
                .Select(static server => server.Value.Text("name") is { Length: > 0 } name ? name : NameOf(server))],
            request.Member("mcpServers"),
            agents)
        {
            Effort = request.Text("effort"),
            KeepsConfiguredAgents = request.IsTrue("keepConfiguredAgents"),
            Hooks = HostHook.Read(request.Member("hooks")),
            PermissionTimeout = Patience(request.Member("timeout").Member("canUseTool")),
        };
    }

    // Milliseconds, as the SDK counts them.
    private static TimeSpan? Patience(JsonElement given) => given.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.Number when given.TryGetDouble(out var milliseconds) && milliseconds is > 0 and <= int.MaxValue =>
            TimeSpan.FromMilliseconds(milliseconds),
        _ => throw new HostRequestException($"timeout.canUseTool must be a number of milliseconds, from 1 to {int.MaxValue}."),
    };

    private static JsonElement.ObjectEnumerator Members(JsonElement request, string name) =>
        request.TryMember(name, out var value) && value.ValueKind is JsonValueKind.Object ? value.EnumerateObject() : default;

    internal static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw new HostRequestException($"The name of a member cannot be read: {exception.Message}");
        }
    }

    private static AgentDefinition Agent(JsonElement json, string path, AgentPermissionReader permissions)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            throw new HostRequestException($"{path} must be an object.");
        }

        var budget = json.TryMember("runConfig", out var run) ? run : default;
        return new AgentDefinition
        {
            Name = Required(json, path, "name"),
            Description = Required(json, path, "description"),
            SystemPrompt = Required(json, path, "systemPrompt"),
            Level = AgentLevel.Session,
            Tools = Names(json, path, "tools"),
            DisallowedTools = Names(json, path, "disallowedTools") ?? [],
            ApprovalMode = Mode(json, path),
            Permissions = permissions.Read(json, path),
            Background = json.TryMember("background", out var background) && background.ValueKind is JsonValueKind.True,
            Model = json.Text("model"),
            Color = json.Text("color"),
            Budget = new AgentBudget(
                MaxTurns: (Number(budget, $"{path}.runConfig", "max_turns") ?? Number(json, path, "maxTurns")) is { } turns
                    ? (int)Math.Min(turns, int.MaxValue) : null,
                MaxDuration: Number(budget, $"{path}.runConfig", "max_time_minutes") is { } minutes
                    ? TimeSpan.FromMinutes(Math.Min(minutes, 1e6)) : null),
        };
    }

    private static string[]? Names(JsonElement json, string path, string name)
    {
        if (!json.TryMember(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.String)
        {
            return value.Text().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        // What forbids tools must not be lost because it is written in another way.
        return value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(static item => item.ValueKind is JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(static item => item.Text())]
            : throw new HostRequestException($"{path}.{name} must be a list of strings.");
    }

    private static ApprovalMode? Mode(JsonElement json, string path) => json.Text("approvalMode") switch
    {
        null or "bubble" => null,
        "auto" => ApprovalMode.Default,
        var word => ApprovalModes.TryParse(word, out var mode) ? mode
            : throw new HostRequestException($"{path}.approvalMode must be one of {string.Join(", ", ApprovalModes.Names)}."),
    };

    private static string Required(JsonElement json, string path, string name) =>
        json.Text(name) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text : throw new HostRequestException($"{path}.{name} must be a string that is not empty.");

    private static double? Number(JsonElement json, string path, string name)
    {
        if (json.ValueKind is not JsonValueKind.Object || !json.TryMember(name, out var value)
            || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.Number && value.GetDouble() is > 0 and var number
            ? number : throw new HostRequestException($"{path}.{name} must be a number above zero.");
    }
}
