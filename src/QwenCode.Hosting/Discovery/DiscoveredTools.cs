using System.Text.Json;
using QwenCode.Mcp.Configuration;
using QwenCode.Platform.Text;
using QwenCode.Tools;

namespace QwenCode.Hosting.Discovery;

/// <summary>
/// The tools that a command of the settings names (<c>tools.discoveryCommand</c>) and another one runs (<c>tools.callCommand</c>).
/// The command is asked once, before the first run; without it nothing is started.
/// </summary>
/// <param name="project">The project.</param>
/// <param name="time">The clock.</param>
public sealed class DiscoveredTools(WorkspaceServices project, TimeProvider time) : IToolSource
{
    private const string DiscoveryKey = "tools.discoveryCommand";
    private const string CallKey = "tools.callCommand";

    // A command that hangs must not keep the user from an answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private volatile IReadOnlyList<Tool> _tools = [];
    private Task<IReadOnlyList<string>>? _discovery;
    private bool _isTold;

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot() => _tools;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<string>> discovery;
        lock (_gate)
        {
            discovery = _discovery ??= !project.Options.LeavesOutCustomizations
                && project.Settings.String(DiscoveryKey) is { } command && !string.IsNullOrWhiteSpace(command)
                ? DiscoverAsync(command, CancellationToken.None)
                : Task.FromResult<IReadOnlyList<string>>([]);
        }

        // Many sessions may wait for it, and one that leaves must not take it from the others.
        var notices = await discovery.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Interlocked.Exchange(ref _isTold, true) ? [] : notices;
    }

    private async Task<IReadOnlyList<string>> DiscoverAsync(string command, CancellationToken cancellationToken)
    {
        if (project.Settings.String(CallKey) is not { Length: > 0 } caller)
        {
            return [Problem($"is set, but '{CallKey}' is not; without a program that runs them the tools are left out.")];
        }

        using var clock = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            var words = CommandWords.Split(command);
            var exit = await ExternalProgram.RunAsync(words[0], [.. words.Skip(1)], input: null, project, time, limit.Token)
                .ConfigureAwait(false);
            return exit.Problem is not null || exit.Code != 0
                ? [Problem(
                    $"failed ({exit.Problem ?? $"exit code {exit.Code}"}), and its tools are left out. It printed: {Cut(exit.Error)}")]
                : Take(exit.Output, caller);
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested)
        {
            return [Problem($"took longer than {Patience.TotalSeconds:0} s and was stopped; its tools are left out.")];
        }
    }

    private string[] Take(string output, string caller)
    {
        var tools = new List<Tool>();
        var notices = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(output);
            if (document.RootElement.ValueKind is not JsonValueKind.Array)
            {
                return [Problem("printed JSON that is not an array of function declarations; its tools are left out.")];
            }

            foreach (var declaration in document.RootElement.EnumerateArray().SelectMany(Declarations))
            {
                if (Read(declaration) is { } read)
                {
                    tools.Add(new DiscoveredTool(read, caller, project, time));
                }
                else
                {
                    notices.Add(Problem($"printed a declaration without a name, which is left out: {Cut(declaration.GetRawText())}"));
                }
            }
        }
        catch (JsonException exception)
        {
            return [Problem($"printed something that is no JSON ({exception.Message}); its tools are left out.")];
        }

        _tools = tools;
        return [.. notices];
    }

    private static IEnumerable<JsonElement> Declarations(JsonElement item)
    {
        if (item.ValueKind is JsonValueKind.Object
            && (item.TryGetProperty("function_declarations", out var list) || item.TryGetProperty("functionDeclarations", out list))
            && list.ValueKind is JsonValueKind.Array)
        {
            return [.. list.EnumerateArray()];
        }

        return [item];
    }

    private static ToolDeclaration? Read(JsonElement declaration) =>
        declaration.ValueKind is JsonValueKind.Object
        && declaration.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String
        && name.GetString() is { Length: > 0 } text
            ? new ToolDeclaration
            {
                Name = text,
                Description = DiscoveredTool.Describe(
                    declaration.TryGetProperty("description", out var description) && description.ValueKind is JsonValueKind.String
                        ? description.GetString()! : string.Empty, text),
                Parameters = declaration.TryGetProperty("parametersJsonSchema", out var schema) && schema.ValueKind is JsonValueKind.Object
                    ? schema.Clone() : ToolArguments.None.Json,
                Traits = ToolTraits.Preapproved,
                Source = "discovered",
            }
            : null;

    private string Problem(string text) => $"{project.Settings.Origin(DiscoveryKey)}: '{DiscoveryKey}' {text}";

    private static string Cut(string text) => text.Trim() is { Length: > 300 } line ? TextCut.Head(line, 300) + "…" : text.Trim();
}
