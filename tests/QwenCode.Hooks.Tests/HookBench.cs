using System.Text.Json;

namespace QwenCode.Hooks.Tests;

/// <summary>A runner over settings written as JSON, in a directory of its own.</summary>
internal sealed class HookBench : IAsyncDisposable
{
    public HookBench(string settings)
    {
        using var document = JsonDocument.Parse(settings);
        Reader.Read(document.RootElement);
        Runner = new HookRunner(new HookSet(Reader.Entries), new HookRunnerOptions { WorkingDirectory = Folder });
        Runner.Open(new HookSession("the-session", "/t.jsonl", text =>
        {
            lock (Notices)
            {
                Notices.Add(text);
            }
        }));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("qwen hooks'-").FullName;

    public HookSettingsReader Reader { get; } = new("settings.json", HookSource.User);

    public HookRunner Runner { get; }

    public List<string> Notices { get; } = [];

    public static HookBench Command(string command, HookEvent hookEvent = HookEvent.PreToolUse, string more = "") =>
        new($$"""{"{{hookEvent}}":[{"hooks":[{"type":"command","command":{{JsonSerializer.Serialize(command)}}{{more}}}]}]}""");

    public async Task<HookOutcome> RunAsync(HookEvent hookEvent = HookEvent.PreToolUse, string subject = "write_file", CancellationToken cancellationToken = default) =>
        await Runner.RunAsync(
            new HookInput(hookEvent, subject, static writer =>
            {
                writer.WriteString("prompt", "hello");
                writer.WriteStartObject("tool_input");
                writer.WriteString("a", "1");
                writer.WriteEndObject();
            }), cancellationToken);

    public string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public async ValueTask DisposeAsync()
    {
        await Runner.CloseAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
