using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Shell.Tests;

/// <summary>A workspace of its own, and the tool in it.</summary>
public sealed class ShellFixture : IDisposable
{
    private readonly string _base = Path.Combine(Path.GetTempPath(), "qwen-shell-" + Guid.NewGuid().ToString("N"));

    public ShellFixture()
    {
        Directory.CreateDirectory(Path.Combine(_base, "work"));
        Workspace = new Workspace(Path.Combine(_base, "work"), runtimeDirectory: Path.Combine(_base, "runtime"));
        Progress = [];
    }

    /// <summary>Gets a text that only processes of this test have in their environment or command line.</summary>
    public string Tag { get; } = "tag" + Guid.NewGuid().ToString("N");

    public Workspace Workspace { get; }

    public List<string> Progress { get; }

    public ToolLimits Limits { get; set; } = ToolLimits.Default;

    public Dictionary<string, string> Settings { get; } = [];

    public Func<BackgroundWork, string>? StartBackground { get; set; }

    public IClientTerminals? Terminals { get; set; }

    public Action<string>? OnProgress { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public ToolContext Context => new()
    {
        Agent = AgentId.Main,
        Session = new SessionId("0f0e0d0c-0000-4000-8000-000000000001"),
        Workspace = Workspace,
        Limits = Limits,
        Setting = key => Settings.GetValueOrDefault(key),
        StartBackground = StartBackground,
        ClientTerminals = Terminals,
        Time = Time,
        Report = progress =>
        {
            var text = progress is TerminalProgress terminal ? $"terminal {terminal.TerminalId}" : ((OutputProgress)progress).Text;
            lock (Progress)
            {
                Progress.Add(text);
            }

            OnProgress?.Invoke(text);
        },
    };

    public ToolInvocation Prepare(string command, int? timeout = null, string? directory = null, bool? background = null, string? description = null)
    {
        var json = new JsonObject { ["command"] = command };
        if (timeout is { } limit)
        {
            json["timeout"] = limit;
        }

        if (directory is not null)
        {
            json["directory"] = directory;
        }

        if (background is { } flag)
        {
            json["is_background"] = flag;
        }

        if (description is not null)
        {
            json["description"] = description;
        }

        return PrepareJson(json.ToJsonString());
    }

    public ToolInvocation PrepareJson(string json) =>
        new RunShellCommandTool().Prepare(new ToolArguments(ToolDeclaration.Schema(Encoding.UTF8.GetBytes(json))), Context);

    public async Task<ToolResult> RunAsync(string command, int? timeout = null, string? directory = null, CancellationToken cancellationToken = default) =>
        await Prepare(command, timeout, directory).ExecuteAsync(cancellationToken);

    /// <summary>Waits for a condition that no event announces.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), $"waited in vain until {what}");
            await Task.Delay(10);
        }
    }

    /// <summary>Gives the living processes that have the tag in their command line.</summary>
    public IReadOnlyList<int> Tagged()
    {
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                var isDead = File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1][0] is 'Z' or 'X';
                if (!isDead && File.ReadAllText($"/proc/{id}/cmdline").Contains(Tag, StringComparison.Ordinal))
                {
                    found.Add(id);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return found;
    }

    public string File_(string name) => Path.Combine(Workspace.Root, name);

    public static string Text(ToolResult result) => result.Content.ToText();

    public static string Shown(ToolResult result) => result.Display.ShouldBeOfType<TextDisplay>().Text;

    public static string Field(ToolResult result, string name) =>
        Text(result).Split('\n').Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];

    public void Dispose() => Directory.Delete(_base, recursive: true);
}
