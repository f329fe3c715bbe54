using QwenCode.Permissions;

namespace QwenCode.Configuration.Editing;

/// <summary>Keeps permission rules for good.</summary>
/// <param name="writer">Writes them down.</param>
public sealed class RulePersistence(SettingsWriter writer)
{
    /// <summary>Adds rules that allow calls to <c>permissions.allow</c>.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="scope">For whom.</param>
    /// <exception cref="SettingsException">The file cannot be understood; it was left alone.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Allow(IReadOnlyList<string> rules, PermissionScope scope) => Add("allow", rules, scope);

    /// <summary>Adds rules to one of the lists <c>allow</c>, <c>ask</c> and <c>deny</c>.</summary>
    /// <param name="list">The list.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="scope">For whom.</param>
    public void Add(string list, IReadOnlyList<string> rules, PermissionScope scope)
    {
        if (list is not ("allow" or "ask" or "deny"))
        {
            throw new ArgumentOutOfRangeException(nameof(list), list, "The lists are allow, ask and deny.");
        }

        writer.Append("permissions." + list, rules, scope == PermissionScope.User ? SettingsScope.User : SettingsScope.Project);
    }
}
