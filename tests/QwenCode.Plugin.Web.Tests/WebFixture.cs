using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Web.Tests;

/// <summary>What the tools are called with.</summary>
internal sealed class WebFixture
{
    public List<(string System, string User)> Asked { get; } = [];

    public Func<string, string>? Model { get; set; } = static _ => "the answer";

    public Dictionary<string, string> Settings { get; } = [];

    public Func<string, bool>? MayShow { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public ToolContext Context => new()
    {
        Agent = AgentId.Main,
        Session = new SessionId("0f0e0d0c-0000-4000-8000-000000000003"),
        Workspace = new Workspace(Path.GetTempPath()),
        Setting = key => Settings.GetValueOrDefault(key),
        Time = Time,
        MayShow = MayShow,
        AskModelAsync = Model is null
            ? null
            : (system, user, _) =>
            {
                Asked.Add((system, user));
                return ValueTask.FromResult(Model(user));
            },
    };

    public static ToolArguments Arguments(params (string Name, string Value)[] members)
    {
        var json = new JsonObject();
        foreach (var (name, value) in members)
        {
            json[name] = value;
        }

        return new ToolArguments(ToolDeclaration.Schema(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    public ToolInvocation Fetch(string url, string prompt = "what is it?") =>
        new WebFetchTool().Prepare(Arguments(("url", url), ("prompt", prompt)), Context);

    public async Task<ToolResult> FetchAsync(string url, CancellationToken cancellationToken = default) => await Fetch(url).ExecuteAsync(cancellationToken);

    /// <summary>Gives the page's text as the tool passes it on.</summary>
    public async Task<string> ReadAsync(string url)
    {
        Model = null;
        var result = await FetchAsync(url);
        result.Error.ShouldBeNull();
        return result.Content.ToText().Split("\n\n", 2)[1];
    }

    /// <summary>A client that answers without a network.</summary>
    public static Lazy<HttpClient> Client(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(() => new HttpClient(new Handler(answer)));

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var response = answer(request);
            response.RequestMessage = request;
            return Task.FromResult(response);
        }
    }
}
