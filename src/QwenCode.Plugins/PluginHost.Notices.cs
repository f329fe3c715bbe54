using System.Runtime.CompilerServices;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins;

/// <content>What sessions are told about plugins, each thing once.</content>
public sealed partial class PluginHost
{
    private IReadOnlyList<string> FindNotices()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            Snapshot();
        }

        return [.. LookAtUnloaded(), .. FindUnloadable()];
    }

    // A native program lists plugins that appear after its start, and reports each once.
    private string[] FindUnloadable()
    {
        if (RuntimeFeature.IsDynamicCodeSupported || !_options.EnableReload)
        {
            return [];
        }

        lock (_gate)
        {
            return
            [
                .. _current.Plugins.SelectMany(static plugin => plugin.Faults.ToList())
                    .Where(static fault => fault.Reason is PluginFaultReason.NeedsManagedProgram)
                    .Select(static fault => fault.ToString())
                    .Where(_told.Add),
            ];
        }
    }

    private string[] LookAtUnloaded()
    {
        lock (_gate)
        {
            if (_watch.IsEmpty)
            {
                return [];
            }

            var news = new List<string>();
            foreach (var fault in _watch.Look())
            {
                // Reported once for each plugin: the number in the message grows with every further reload.
                if (_told.Add($"{fault.Reason}:{fault.File}"))
                {
                    _log.NotCollected(fault);
                    news.Add(fault.ToString());
                }
            }

            return [.. news];
        }
    }
}
