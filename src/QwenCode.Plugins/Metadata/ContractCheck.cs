using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Metadata;

/// <summary>Returns whether this host serves the contract a plugin was built against.</summary>
internal static class ContractCheck
{
    private static readonly Version Own = Version.Parse(PluginContract.Version);

    /// <summary>Returns what is wrong with a contract version, or <c>null</c>.</summary>
    /// <param name="contract">The version the plugin names or references.</param>
    /// <param name="file">The file that says so.</param>
    public static PluginFault? Judge(Version contract, string file)
    {
        if (contract.Major == Own.Major && contract.Minor <= Own.Minor)
        {
            return null;
        }

        var advice = contract.Major < Own.Major
            ? $"Build the plugin against QwenCode.Abstractions {Own.Major}.x."
            : "Use a newer version of the program, or build the plugin against an older contract.";
        return new(PluginFaultReason.ContractVersion, file,
            $"It was built against contract {contract.ToString(2)}; this host serves {PluginContract.Version}.", advice);
    }
}
