using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.SemanticKernel;
using QwenCode.Models.Scripting;
using QwenCode.Permissions;
using QwenCode.Sessions;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>One filter in a generic host sees every call of every agent, whatever tool it is of, exactly once.</summary>
public sealed class EveryCallTests : IDisposable
{
    private readonly SessionRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_counting_filter_sees_every_call_exactly_once()
    {
        using var server = new HttpMcpServer();
        _room.Write("../home/.qwen/settings.json", $$$$"""{"$version":3,"mcpServers":{"srv":{"httpUrl":"{{{{server.Url}}}}"}}}""");
        _room.Write(".qwen/agents/front.md", "---\nname: front\ndescription: Foreground.\n---\nYou are the front agent.\n");
        _room.Write(".qwen/agents/back.md", "---\nname: back\ndescription: Background.\nbackground: true\n---\nYou are the back agent.\n");
        Script(_room.Model);
        var seen = new ConcurrentBag<string>();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IFunctionInvocationFilter>(new InlineFilter((context, next) =>
        {
            seen.Add($"{context.Function.PluginName}.{context.Function.Name}:{context.Arguments.Select(static argument => argument.Value?.ToString()).FirstOrDefault()}");
            return next(context);
        }));
        _room.Register(builder.Services, static options => options.PluginDirectories = [Path.Combine(ArtifactsFolder(), "plugins", "QwenCode.Plugin.Shell")]);
        using var host = builder.Build();

        var outcome = await _room.RunAsync(host.Services, mode: ApprovalMode.Yolo);

        outcome.End.ShouldBe(RunEnd.Success);
        _room.Events.OfType<NoticeRaised>().Select(static notice => notice.Text).ShouldBeEmpty();
        seen.Order(StringComparer.Ordinal).ShouldBe(
        [
            "Notes.note:of back", "Notes.note:of fork", "Notes.note:of front", "Notes.note:of main", "Shell.run_shell_command:echo $((40+2))",
            "kernel.agent:back task", "kernel.agent:fork task", "kernel.agent:front task", "mcp_srv.mcp__srv__look:",
        ]);
        _room.Notes.Kept.Order(StringComparer.Ordinal).ShouldBe(["of back", "of fork", "of front", "of main"]);
        var results = _room.Model.Requests.SelectMany(static request => request.Results()).ToList();
        results.ShouldContain(static result => result.Contains("42", StringComparison.Ordinal));
        results.ShouldContain("seen");
    }

    private static void Script(ScriptedModel model)
    {
        foreach (var agent in (string[])["front", "back"])
        {
            model.When(system: $"You are the {agent} agent", lastRole: "tool").Says($"{agent} done");
            model.When(system: $"You are the {agent} agent").Calls("note", $$"""{"text":"of {{agent}}"}""", $"note-{agent}");
        }

        model.When(lastUser: "^Begin", lastRole: "tool").Says("fork done");
        model.When(lastUser: "^Begin").Calls("note", """{"text":"of fork"}""", "note-fork");
        model.When(lastUser: "task-notification").Says("noted");
        model.When(lastRole: "tool").Says("all launched");
        model.When(lastUser: "go").Replies(new ScriptedReply
        {
            Calls =
            [
                new("note", """{"text":"of main"}""", "m1"),
                new("mcp__srv__look", "{}", "m2"),
                new("run_shell_command", """{"command":"echo $((40+2))","is_background":false}""", "m3"),
                new("agent", """{"description":"front task","prompt":"work","subagent_type":"front"}""", "m4"),
                new("agent", """{"description":"back task","prompt":"work","subagent_type":"back"}""", "m5"),
                new("agent", """{"description":"fork task","prompt":"do the fork work"}""", "m6"),
            ],
        });
    }

    private static string ArtifactsFolder()
    {
        var directory = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(directory, "plugins", "QwenCode.Plugin.Shell")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The shell plugin was not built.");
        }

        return directory;
    }
}
