namespace QwenCode.Plugins.Reports;

/// <summary>Carries a fault from where it is found to where it is reported. Never leaves this assembly.</summary>
internal sealed class PluginFaultException(PluginFault fault, Exception? innerException = null)
    : QwenCodeException(fault.ToString(), innerException)
{
    public PluginFault Fault { get; } = fault;
}
