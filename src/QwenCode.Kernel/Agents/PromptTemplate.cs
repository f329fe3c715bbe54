using System.Text.RegularExpressions;

namespace QwenCode.Kernel.Agents;

/// <summary>Fills <c>${name}</c> in an agent's prompt, in a single pass: what is filled in is not looked at again.</summary>
internal static partial class PromptTemplate
{
    /// <exception cref="InvalidOperationException">Names without a value; the message lists them all.</exception>
    public static string Fill(string template, IReadOnlyDictionary<string, string> values)
    {
        if (!template.Contains("${", StringComparison.Ordinal))
        {
            return template;
        }

        var missing = Name().Matches(template).Select(static match => match.Groups[1].Value).Where(name => !values.ContainsKey(name))
            .Distinct().ToArray();
        return missing.Length == 0
            ? Name().Replace(template, match => values[match.Groups[1].Value])
            : throw new InvalidOperationException($"Missing context values for the following keys: {string.Join(", ", missing)}");
    }

    /// <summary>Returns whether a template has a placeholder, so that its text differs from task to task.</summary>
    public static bool Uses(string template, string name) => template.Contains($"${{{name}}}", StringComparison.Ordinal);

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Name();
}
