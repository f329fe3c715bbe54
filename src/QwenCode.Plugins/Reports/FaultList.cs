namespace QwenCode.Plugins.Reports;

/// <summary>Faults in the order they were found, each once. Safe to use from several threads.</summary>
internal sealed class FaultList
{
    private readonly Lock _gate = new();
    private readonly List<PluginFault> _faults = [];

    public bool Add(PluginFault fault)
    {
        lock (_gate)
        {
            if (_faults.Contains(fault))
            {
                return false;
            }

            _faults.Add(fault);
            return true;
        }
    }

    public IReadOnlyList<PluginFault> ToList()
    {
        lock (_gate)
        {
            return [.. _faults];
        }
    }
}
