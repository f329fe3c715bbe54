using QwenCode.Tools;

namespace QwenCode.Testing;

/// <summary>The tools of a test as a source of the kernel.</summary>
internal sealed class TestTools(IReadOnlyList<Tool> tools) : IToolSource
{
    public IReadOnlyList<Tool> Snapshot() => tools;
}
