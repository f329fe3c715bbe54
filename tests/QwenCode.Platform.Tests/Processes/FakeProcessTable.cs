using QwenCode.Platform.Processes;

namespace QwenCode.Platform.Tests.Processes;

/// <summary>A process table whose processes end, and whose numbers are given away again, when the test says so.</summary>
internal sealed class FakeProcessTable : IProcessTable
{
    private readonly Dictionary<int, ProcessEntry> _processes = [];

    public List<(int Id, int Signal)> Signals { get; } = [];

    public Dictionary<int, string> Environments { get; } = [];

    public bool CanList { get; init; } = true;

    /// <summary>Gets or sets what happens right after the table was listed.</summary>
    public Action? AfterList { get; set; }

    public void Add(int id, int parent, int group, ulong startedAt, int? session = null) =>
        _processes[id] = new ProcessEntry(id, parent, group, session ?? group, startedAt);

    public void Remove(int id) => _processes.Remove(id);

    public IEnumerable<int> List()
    {
        int[] all = [.. _processes.Keys];
        foreach (var id in all)
        {
            yield return id;
        }

        AfterList?.Invoke();
    }

    public ProcessEntry? Find(int id) => _processes.GetValueOrDefault(id);

    public bool Carries(int id, ReadOnlySpan<byte> text) =>
        Environments.TryGetValue(id, out var environment) && System.Text.Encoding.UTF8.GetBytes(environment).AsSpan().IndexOf(text) >= 0;

    public bool Signal(int id, int signal)
    {
        Signals.Add((id, signal));
        return true;
    }
}
