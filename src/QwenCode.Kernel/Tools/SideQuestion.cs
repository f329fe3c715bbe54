using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;

namespace QwenCode.Kernel.Tools;

/// <summary>A question that a tool puts to the agent's model: one answer, no tools, nothing of it in the conversation.</summary>
internal static class SideQuestion
{
    /// <summary>Asks a question.</summary>
    /// <param name="agent">The agent whose model is asked; the tokens are its.</param>
    /// <param name="system">The instruction; empty for none.</param>
    /// <param name="user">The question.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Models.ModelException">The model could not answer.</exception>
    public static async ValueTask<string> AskAsync(Agent agent, string system, string user, CancellationToken cancellationToken)
    {
        var question = new ChatMessage(ChatRole.User, user);
        var response = await agent.ModelClient
            .GetResponseAsync(
            system.Length == 0 ? [question] : [new ChatMessage(ChatRole.System, system), question], options: null, cancellationToken)
            .ConfigureAwait(false);
        return response.Text;
    }
}
