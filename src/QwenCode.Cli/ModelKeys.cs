using QwenCode.Configuration.Variables;
using QwenCode.Hosting;

namespace QwenCode.Cli;

/// <summary>
/// Takes the keys of model providers out of the environment of this process once they are read: commands, hooks, servers and plugins
/// would inherit them, and a model could read its own key.
/// </summary>
/// <remarks>
/// A key that the programs of the user need as well is kept by the setting <c>tools.keepKeys</c>. The key of a search provider stays:
/// the tool reads it later.
/// </remarks>
internal static class ModelKeys
{
    private static readonly string[] Usual = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "DASHSCOPE_API_KEY", "QWEN_API_KEY"];

    /// <summary>Gets the environment as the process was started with it, for the settings.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = EnvironmentVariables.FromProcess();

    /// <summary>Takes the keys out.</summary>
    /// <param name="project">The project, read from the settings already.</param>
    public static void Hide(WorkspaceServices project)
    {
        var kept = project.SettingText("tools.keepKeys") ?? string.Empty;
        foreach (var name in project.Models.Models.Select(static model => model.EnvKeyName).OfType<string>()
            .Append(project.Models.Default.Model?.EnvKeyName).OfType<string>().Concat(Usual).Distinct(StringComparer.Ordinal))
        {
            if (name is not "GOOGLE_API_KEY" && !kept.Contains($"\"{name}\"", StringComparison.Ordinal))
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }
}
