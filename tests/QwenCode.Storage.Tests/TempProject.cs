using Microsoft.Extensions.Time.Testing;
using QwenCode.Storage.Transcripts;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Tests;

/// <summary>A project in a directory of its own, with a clock that stands still.</summary>
internal sealed class TempProject : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("qwen-storage-").FullName;

    public TempProject()
    {
        Workspace = NewWorkspace("work");
        Store = NewStore();
    }

    public Workspace Workspace { get; }

    public FakeTimeProvider Time { get; } = new(new(2026, 4, 17, 8, 51, 11, 506, TimeSpan.Zero));

    public List<string> Reports { get; } = [];

    public TranscriptStore Store { get; }

    public string Chats => Path.Combine(Workspace.ProjectDirectory, "chats");

    public Workspace NewWorkspace(string name) => new(Directory.CreateDirectory(Path.Combine(_directory, name)).FullName, runtimeDirectory: Path.Combine(_directory, "home"));

    public TranscriptStore NewStore(bool isRecording = true, Workspace? workspace = null) => new(
        workspace ?? Workspace, "1.2.3", Time, new TranscriptOptions { IsRecording = isRecording, Report = Report, GitBranch = static () => "trunk" });

    public string WriteChat(string session, string text)
    {
        Directory.CreateDirectory(Chats);
        var path = Path.Combine(Chats, session + ".jsonl");
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Report(string text)
    {
        lock (Reports)
        {
            Reports.Add(text);
        }
    }
}
