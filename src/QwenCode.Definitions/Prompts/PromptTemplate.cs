using System.Text;

namespace QwenCode.Definitions.Prompts;

/// <summary>Fills <c>${name}</c> in an agent's system prompt.</summary>
public static class PromptTemplate
{
    /// <summary>The value that is empty where nobody gave it: a hook may or may not have something to say.</summary>
    private const string HookContext = "hook_context";

    /// <summary>Fills a template in one pass: what a value contains is never filled again.</summary>
    /// <param name="template">The template. A name is letters, digits and underscores; everything else stays as it is.</param>
    /// <param name="values">The values.</param>
    /// <exception cref="PromptTemplateException">Values are missing; all of them are named.</exception>
    public static string Render(string template, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(values);
        if (!template.Contains("${", StringComparison.Ordinal))
        {
            return template;
        }

        var result = new StringBuilder(template.Length);
        List<string>? missing = null;
        var position = 0;
        while (template.IndexOf("${", position, StringComparison.Ordinal) is >= 0 and var start)
        {
            result.Append(template, position, start - position);
            var end = start + 2;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (end == start + 2 || end == template.Length || template[end] != '}')
            {
                result.Append("${");
                position = start + 2;
                continue;
            }

            var name = template[(start + 2)..end];
            if (values.TryGetValue(name, out var value))
            {
                result.Append(value);
            }
            else if (name != HookContext && missing?.Contains(name) != true)
            {
                (missing ??= []).Add(name);
            }

            position = end + 1;
        }

        return missing is null
            ? result.Append(template, position, template.Length - position).ToString() : throw new PromptTemplateException(missing);
    }
}
