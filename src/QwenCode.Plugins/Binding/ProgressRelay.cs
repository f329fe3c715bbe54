using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>
/// Hands progress on at once; the framework's own <see cref="Progress{T}"/> posts it elsewhere, where it can arrive after the end.
/// </summary>
internal sealed class ProgressRelay(Action<ToolProgress> report) : IProgress<ToolProgress>
{
    public void Report(ToolProgress value) => report(value);
}
