using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Platform.Text;

namespace QwenCode.Cli.Serving;

/// <summary>The arguments of <c>agent</c> as a client gives them. It cannot fork: it has no conversation to continue.</summary>
internal static class AgentArguments
{
    private const int LongestDescription = 60;

    /// <summary>Adds what the kernel's tool needs.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>Why they cannot be used; <c>null</c> if they can.</returns>
    public static string? Complete(ref JsonElement arguments)
    {
        if (string.IsNullOrWhiteSpace(arguments.Text("subagent_type"u8)))
        {
            return "Parameter \"subagent_type\" must name an agent.";
        }

        if (arguments.Text("prompt"u8) is not { } prompt || string.IsNullOrWhiteSpace(prompt))
        {
            return "Parameter \"prompt\" must be a non-empty string.";
        }

        if (string.IsNullOrWhiteSpace(arguments.Text("description"u8)))
        {
            var given = arguments;
            arguments = Json.Object(writer =>
            {
                foreach (var member in given.EnumerateObject())
                {
                    if (member.Name is not "description")
                    {
                        member.WriteTo(writer);
                    }
                }

                writer.WriteString("description"u8, TextCut.Head(prompt.ReplaceLineEndings(" ").Trim(), LongestDescription));
            });
        }

        return null;
    }
}
