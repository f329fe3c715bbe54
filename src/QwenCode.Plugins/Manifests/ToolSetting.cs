using QwenCode.Tools;

namespace QwenCode.Plugins.Manifests;

/// <summary>What <c>plugin.json</c> sets for a tool, over what its code says.</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Kind">What it does to the world; <c>null</c> leaves that as it is.</param>
/// <param name="Traits">What it promises; <c>null</c> leaves that as it is.</param>
internal sealed record ToolSetting(string Tool, ToolKind? Kind, ToolTraits? Traits)
{
    /// <summary>Applies the settings of a manifest to tools.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="tools">The tools.</param>
    /// <param name="unused">Takes the settings of tools that are not there.</param>
    public static IReadOnlyList<PluginToolEntry> Apply(
        IReadOnlyList<ToolSetting> settings, IReadOnlyList<PluginToolEntry> tools, List<ToolSetting> unused)
    {
        var changed = tools.ToList();
        foreach (var setting in settings)
        {
            var at = changed.FindIndex(tool => tool.Declaration.Name == setting.Tool);
            if (at < 0)
            {
                unused.Add(setting);
                continue;
            }

            var declaration = changed[at].Declaration;
            // Who checks the arguments is the code's own affair.
            var traits = setting.Traits is { } set ? set | (declaration.Traits & ToolTraits.ChecksOwnArguments) : declaration.Traits;
            changed[at] = changed[at] with { Declaration = declaration with { Kind = setting.Kind ?? declaration.Kind, Traits = traits },
                IsSet = true };
        }

        return changed;
    }
}
