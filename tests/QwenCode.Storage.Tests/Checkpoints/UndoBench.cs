using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Checkpoints;
using QwenCode.Sessions;
using QwenCode.Storage.Checkpoints;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Tests.Checkpoints;

/// <summary>A project with files, a store beside it, and calls that change them as tools and commands do.</summary>
internal sealed class UndoBench : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("undo").FullName;
    private readonly List<string> _reports = [];

    public UndoBench(CheckpointOptions? options = null, TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Options = options ?? new CheckpointOptions();
        Root = Workspace.RealPath(Directory.CreateDirectory(Path.Combine(_directory, "project")).FullName);
        Workspace = new Workspace(Root, runtimeDirectory: Path.Combine(_directory, "home", ".qwen"));
        Checkpoints = Open("one");
    }

    public CheckpointOptions Options { get; }

    public TimeProvider Time { get; }

    public string Root { get; }

    public Workspace Workspace { get; }

    public WorkspaceCheckpoints Checkpoints { get; }

    public IReadOnlyList<string> Reports => _reports;

    public UndoHistory History => new(Workspace, Options, Time);

    public WorkspaceCheckpoints Open(string session) =>
        new(Workspace, new SessionId(session), 0, Options, Time, _reports.Add);

    public string At(string path) => Path.Combine(Root, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    public string? Read(string path) => File.Exists(At(path)) ? File.ReadAllText(At(path)) : null;

    public void Prompt(string text) => Checkpoints.BeginPrompt([new TextContent(text)]);

    /// <summary>Runs a call of a tool that names its files.</summary>
    public async Task EditAsync(string path, Action act)
    {
        var watch = await Checkpoints.WatchAsync(new WatchedCall(AgentId.Main, "call", "edit", [At(path)]), CancellationToken.None);
        act();
        await watch.CompleteAsync(CancellationToken.None);
    }

    public Task EditAsync(string path, string text) => EditAsync(path, () => Write(path, text));

    /// <summary>Runs a call of a tool that may change anything.</summary>
    public async Task CommandAsync(Action act)
    {
        var watch = await Checkpoints.WatchAsync(new WatchedCall(AgentId.Main, "call", "run_shell_command", null), CancellationToken.None);
        act();
        await watch.CompleteAsync(CancellationToken.None);
    }

    public async Task<IReadOnlyList<UndoFile>> UndoAsync(int count = 1, UndoConflicts conflicts = UndoConflicts.Refuse)
    {
        var steps = await History.ListAsync(CancellationToken.None);
        steps.Count.ShouldBeGreaterThanOrEqualTo(count);
        return await History.ApplyAsync(History.Plan([.. steps.Take(count)]), conflicts, CancellationToken.None);
    }

    public async Task<IReadOnlyList<UndoFile>> RedoAsync() =>
        await History.ApplyAsync(History.PlanRedo()!, UndoConflicts.Refuse, CancellationToken.None);

    /// <summary>Returns every path of the project with what it holds, one a line.</summary>
    public string Picture() => string.Join('\n', Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/') + (
            new FileInfo(path).LinkTarget is { } target ? " -> " + target
            : Directory.Exists(path) ? "/" : $" {(OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(path)):x} {File.ReadAllText(path)}")));

    public void Dispose()
    {
        Checkpoints.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_directory, recursive: true);
    }
}
