using System.IO.Pipes;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fixtures.LanguageServer;
using QwenCode.Agents;
using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Lsp.Tests.Support;

/// <summary>A project with a file, and a language server in this process that says what a test wants.</summary>
internal sealed class LspRoom : IAsyncDisposable
{
    public const string Everything =
        """
        {"textDocumentSync":1,"definitionProvider":true,"implementationProvider":true,"referencesProvider":true,"hoverProvider":true,"documentSymbolProvider":true,
        "workspaceSymbolProvider":true,"callHierarchyProvider":true,"codeActionProvider":{"codeActionKinds":["quickfix"]}}
        """;

    private readonly List<LspTool> _tools = [];
    private readonly Dictionary<string, FakeServer> _servers = [];
    private LspTool? _tool;

    public LspRoom(bool isTrusted = true)
    {
        Root = Workspace.RealPath(Directory.CreateTempSubdirectory("qwen-lsp-").FullName);
        Workspace = new Workspace(Root, isTrusted: isTrusted);
        Write("src/a.ts", "const x = 1;\nuse(x);\n");
        Write(".lsp.json", """{"typescript":{"command":"tsls"}}""");
    }

    public string Root { get; }

    public Workspace Workspace { get; }

    /// <summary>Gets or sets what the servers say they can do.</summary>
    public string Capabilities { get; set; } = Everything;

    /// <summary>Gets or sets how long is waited: short where a test wants a wait to end, long where it wants an answer.</summary>
    public LspTimings Timings { get; set; } = new()
    {
        WarmUp = TimeSpan.FromMilliseconds(1), Retry = TimeSpan.FromMilliseconds(1), WorkspaceRetry = TimeSpan.FromMilliseconds(1), Settle = TimeSpan.FromMilliseconds(1), Publish = TimeSpan.FromSeconds(10), LongestShutdown = TimeSpan.FromSeconds(10),
    };

    public IClientFiles? ClientFiles { get; set; }

    public ToolLimits Limits { get; set; } = ToolLimits.Default;

    /// <summary>Gets the answers of the server, for all that are started.</summary>
    public Dictionary<string, Func<JsonElement, string?>> Answers { get; } = [];

    /// <summary>Gets or sets what a server does with what it is told.</summary>
    public Action<FakeServer, string, JsonElement> Heard { get; set; } = static (_, _, _) => { };

    public FakeServer Server => _servers.Values.Single();

    public FakeServer Named(string name) => _servers[name];

    public ToolContext Context => new()
    {
        Agent = AgentId.Main,
        Session = new SessionId("0f0e0d0c-0000-4000-8000-000000000004"),
        Workspace = Workspace,
        ClientFiles = ClientFiles,
        Limits = Limits,
    };

    public LspTool Tool => _tool ??= Keep(new LspTool(configuration => new LanguageServer(configuration, OpenAsync, Timings, TimeProvider.System)));

    /// <summary>Gives a tool as it is shipped, with processes.</summary>
    public LspTool Shipped() => Keep(new LspTool());

    public string Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public string Uri(string path) => "file://" + Path.Combine(Root, path);

    /// <summary>Puts addresses of the project's files where a text says <c>URI(path)</c>.</summary>
    public string Fill(string json) => Regex.Replace(json, @"URI\(([^)]*)\)", match => Uri(match.Groups[1].Value));

    public LspRoom Answer(string method, string result)
    {
        Answers[method] = _ => result;
        return this;
    }

    public ToolInvocation Prepare(string arguments, LspTool? tool = null) => (tool ?? Tool).Prepare(new ToolArguments(JsonElement.Parse(arguments)), Context);

    public async Task<string> CallAsync(string arguments, LspTool? tool = null, CancellationToken cancellationToken = default)
    {
        var result = await Prepare(arguments, tool).ExecuteAsync(cancellationToken);
        result.Error.ShouldBeNull();
        return result.Content.ToText();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tool in _tools)
        {
            await tool.DisposeAsync();
        }

        Directory.Delete(Root, recursive: true);
    }

    private LspTool Keep(LspTool tool)
    {
        _tools.Add(tool);
        return tool;
    }

    private Task<ServerChannel> OpenAsync(ServerConfiguration configuration, LspTimings timings, TimeProvider time, CancellationToken cancellationToken)
    {
        var toServer = new AnonymousPipeServerStream(PipeDirection.Out);
        var fromServer = new AnonymousPipeServerStream(PipeDirection.In);
        var serverIn = new AnonymousPipeClientStream(PipeDirection.In, toServer.ClientSafePipeHandle);
        var serverOut = new AnonymousPipeClientStream(PipeDirection.Out, fromServer.ClientSafePipeHandle);
        var server = new FakeServer(serverIn, serverOut);
        server.Answers["initialize"] = _ => $$"""{"capabilities":{{Capabilities}} }""";
        foreach (var (method, answer) in Answers)
        {
            server.Answers[method] = parameters => answer(parameters) is { } result ? Fill(result) : null;
        }

        server.Heard = (method, parameters) => Heard(server, method, parameters);
        _servers[configuration.Name] = server;
        new Thread(() =>
        {
            try
            {
                server.Run();
            }
            catch (IOException)
            {
                // The client was quicker.
            }

            serverOut.Dispose();
        }) { IsBackground = true }.Start();
        return Task.FromResult(new ServerChannel(fromServer, toServer) { Owned = toServer });
    }
}
