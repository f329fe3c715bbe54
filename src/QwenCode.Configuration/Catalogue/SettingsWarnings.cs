using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Catalogue;

/// <summary>Warns of what is wrong in a file, in every run; what merely has no effect here is for <c>qwen doctor</c>.</summary>
internal static class SettingsWarnings
{
    public static void Add(SettingsNode root, List<SettingsWarning> warnings)
    {
        foreach (var issue in SettingsCheck.Check(root))
        {
            if (issue.Kind != SettingIssueKind.Unsupported && !IsSaid(issue, warnings))
            {
                warnings.Add(new(issue.Origin.File, issue.Origin.Line, issue.Message));
            }
        }
    }

    // Names of earlier versions, and values that are understood all the same, have their own warnings.
    private static bool IsSaid(SettingIssue issue, List<SettingsWarning> warnings)
    {
        foreach (var warning in warnings)
        {
            if (warning.File == issue.Origin.File && warning.Message.StartsWith($"'{issue.Key}' ", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
