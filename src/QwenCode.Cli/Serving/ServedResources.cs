using System.Collections.Concurrent;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using QwenCode.Definitions.Agents;
using QwenCode.Mcp.Serving;

namespace QwenCode.Cli.Serving;

/// <summary>What a client can read: the agents of the project, its own tasks, and the resources of MCP servers.</summary>
internal sealed class ServedResources(ServedProject project, ServedTasks tasks, Func<PassedOn> others)
{
    private const string Agents = "qwen://agents/";
    private const string Tasks = "qwen://tasks/";
    private const string Transcript = "/transcript";
    private const int LongestTranscript = 1024 * 1024;

    private readonly ConcurrentDictionary<string, byte> _subscriptions = new(StringComparer.Ordinal);

    private static readonly ResourceTemplate[] Templates =
    [
        Template("agent", Agents + "{name}", "An agent of the project: what it is for, what it may do, and its prompt.", "text/plain"),
        Template("task", Tasks + "{id}", "How a background task stands, with its result.", "application/json"),
        Template("transcript", Tasks + "{id}" + Transcript, "The record of a task: an agent's conversation, or a command's output.",
            "text/plain"),
    ];

    /// <summary>Returns the address of a task.</summary>
    public static string AddressOf(string taskId) => Tasks + Uri.EscapeDataString(taskId);

    /// <summary>Lists what can be read now.</summary>
    public async ValueTask<IList<Resource>> ListAsync(CancellationToken cancellationToken) =>
        [.. Own(), .. await others().ResourcesAsync(cancellationToken).ConfigureAwait(false)];

    /// <summary>Lists the forms that addresses have.</summary>
    public async ValueTask<IList<ResourceTemplate>> TemplatesAsync(CancellationToken cancellationToken) =>
        [.. Templates, .. await others().TemplatesAsync(cancellationToken).ConfigureAwait(false)];

    /// <summary>Reads a resource.</summary>
    /// <exception cref="McpProtocolException">There is none with that address.</exception>
    public async ValueTask<ReadResourceResult> ReadAsync(string uri, CancellationToken cancellationToken) =>
        Read(uri) is { } own ? new ReadResourceResult { Contents = [own] }
            : await others().ReadAsync(uri, cancellationToken).ConfigureAwait(false)
            ?? throw new McpProtocolException($"There is no resource '{uri}'.", McpErrorCode.ResourceNotFound);

    private List<Resource> Own()
    {
        var listed = new List<Resource>();
        foreach (var agent in project.Agents.List())
        {
            listed.Add(new Resource
            {
                Uri = Agents + Uri.EscapeDataString(agent.Name),
                Name = agent.Name,
                Title = $"Agent {agent.Name}",
                Description = ServedContent.Sound(agent.Description),
                MimeType = "text/plain",
            });
        }

        foreach (var task in tasks.All)
        {
            var address = AddressOf(task.Id);
            listed.Add(new Resource
            {
                Uri = address,
                Name = task.Id,
                Title = $"Task {task.Id}",
                Description = ServedContent.Sound($"{task.Type}: {task.Description}"),
                MimeType = "application/json",
            });
            if (task.OutputFile is not null)
            {
                listed.Add(new Resource { Uri = address + Transcript, Name = $"{task.Id} transcript", MimeType = "text/plain" });
            }
        }

        return listed;
    }

    private TextResourceContents? Read(string uri)
    {
        if (After(uri, Agents) is { } name && project.Agents.Find(name) is { } definition)
        {
            return Text(uri, "text/plain", AgentReportText.Show(definition));
        }

        if (uri.EndsWith(Transcript, StringComparison.Ordinal) && After(uri[..^Transcript.Length], Tasks) is { } recorded
            && tasks.Find(recorded) is { OutputFile: { } file })
        {
            return Text(uri, "text/plain", ServedTasks.Tail(file, LongestTranscript));
        }

        return After(uri, Tasks) is { } id && tasks.Find(id) is { } task
            ? Text(uri, "application/json", Json.Object(writer => ServedTasks.Write(writer, task)).GetRawText()) : null;
    }

    /// <summary>Returns what completes an argument of an address.</summary>
    public IEnumerable<string> Complete(string template, string argument) => (template, argument) switch
    {
        (Agents + "{name}", "name") => project.Agents.List().Select(static agent => agent.Name),
        (Tasks + "{id}", "id") or (Tasks + "{id}" + Transcript, "id") => tasks.All.Select(static task => task.Id),
        _ => [],
    };

    public void Subscribe(string uri) => _subscriptions.TryAdd(uri, 0);

    public void Unsubscribe(string uri) => _subscriptions.TryRemove(uri, out _);

    public bool IsSubscribed(string uri) => _subscriptions.ContainsKey(uri);

    private static string? After(string uri, string prefix) =>
        uri.StartsWith(prefix, StringComparison.Ordinal) ? Uri.UnescapeDataString(uri[prefix.Length..]) : null;

    private static TextResourceContents Text(string uri, string type, string text) =>
        new() { Uri = uri, MimeType = type, Text = ServedContent.Sound(text) };

    private static ResourceTemplate Template(string name, string uri, string description, string type) =>
        new() { Name = name, UriTemplate = uri, Description = description, MimeType = type };
}
