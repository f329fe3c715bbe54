using System.Text;

namespace QwenCode.Mcp.Prompts;

/// <summary>Says how a prompt is used.</summary>
internal static class PromptHelp
{
    /// <summary>Says it at length.</summary>
    public static string Of(McpPrompt prompt)
    {
        var text = new StringBuilder($"/{prompt.Command} is a prompt of MCP server '{prompt.Server}'");
        text.Append(prompt.Description.Length > 0 ? $": {prompt.Description.TrimEnd('.')}. " : ". ").Append(Usage(prompt));
        foreach (var argument in prompt.Arguments)
        {
            text.Append("\n  --").Append(argument.Name).Append(argument.IsRequired ? " (required)" : string.Empty)
                .Append(argument.Description.Length > 0 ? $": {argument.Description}" : string.Empty);
        }

        return text.ToString();
    }

    /// <summary>Says it in a line.</summary>
    public static string Usage(McpPrompt prompt) => $"Usage: /{prompt.Command}" + string.Concat(prompt.Arguments.Select(
        static argument => argument.IsRequired ? $" --{argument.Name}=\"…\"" : $" [--{argument.Name}=\"…\"]"));
}
