using System.Text;

namespace QwenCode.Definitions.Prompts;

/// <summary>Composes the system prompt: base, context files, appended text.</summary>
public static class SystemPrompt
{
    private const string Divider = "\n\n---\n\n";

    /// <summary>Composes the prompt.</summary>
    /// <param name="options">What it is made of.</param>
    /// <exception cref="SystemPromptException">The file that should replace the built-in text cannot be read.</exception>
    public static string Compose(SystemPromptOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var prompt = new StringBuilder(
            string.IsNullOrWhiteSpace(options.Override) ? FromFile(options) ?? BasePrompt.Build(options) : options.Override.Trim());
        foreach (var part in (string?[])[options.Memory, options.Append])
        {
            if (!string.IsNullOrWhiteSpace(part))
            {
                prompt.Append(Divider).Append(part.Trim());
            }
        }

        return prompt.ToString();
    }

    /// <summary>Writes the built-in text if <c>QWEN_WRITE_SYSTEM_MD</c> asks for it.</summary>
    /// <param name="variable">The variable: <c>1</c> or <c>true</c> for <c>.qwen/system.md</c>, a path, or nothing.</param>
    /// <param name="options">What the text is made of.</param>
    /// <returns>The file that was written, or <c>null</c>.</returns>
    /// <exception cref="SystemPromptException">The file cannot be written.</exception>
    public static string? WriteBase(string? variable, SystemPromptOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (PathOf(variable, options) is not { } file)
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, BasePrompt.Build(options));
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SystemPromptException(
                $"The system prompt could not be written to '{file}' (QWEN_WRITE_SYSTEM_MD): {exception.Message}", exception);
        }
    }

    private static string? FromFile(SystemPromptOptions options)
    {
        if (PathOf(options.SystemFileVariable, options) is not { } file)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SystemPromptException(
                File.Exists(file) ? $"The system prompt file '{file}' cannot be read: {exception.Message}"
                    : $"Missing system prompt file '{file}'. QWEN_SYSTEM_MD names it; create it or unset the variable.",
                exception);
        }
    }

    private static string? PathOf(string? variable, SystemPromptOptions options)
    {
        var value = variable?.Trim();
        switch (value?.ToLowerInvariant())
        {
            case null or "" or "0" or "false":
                return null;
            case "1" or "true":
                return Path.Combine(options.WorkingDirectory, ".qwen", "system.md");
            default:
                return options.HomeDirectory is { } home && (value == "~" || value.StartsWith("~/", StringComparison.Ordinal))
                    ? Path.Combine(home, value[1..].TrimStart('/'))
                    : Path.GetFullPath(value, options.WorkingDirectory);
        }
    }
}
