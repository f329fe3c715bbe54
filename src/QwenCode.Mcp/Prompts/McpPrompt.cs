namespace QwenCode.Mcp.Prompts;

/// <summary>A prompt that a server offers.</summary>
/// <param name="Server">The server.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What people read about it; empty if the server says nothing.</param>
/// <param name="Arguments">What it takes.</param>
public sealed record McpPrompt(string Server, string Name, string Description, IReadOnlyList<McpPromptArgument> Arguments)
{
    /// <summary>Gets what is typed behind the slash. The default is the name; what cannot be typed is an underscore.</summary>
    public string Command
    {
        get => field ?? Typed(Name);
        init;
    }

    internal static string Typed(string name) =>
        string.Concat(name.Select(static character => char.IsWhiteSpace(character) || char.IsControl(character) ? '_' : character));
}

/// <summary>What a prompt takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What people read about it; empty if the server says nothing.</param>
/// <param name="IsRequired">Whether the prompt needs it.</param>
public sealed record McpPromptArgument(string Name, string Description, bool IsRequired);
