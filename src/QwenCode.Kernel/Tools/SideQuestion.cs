using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;

namespace QwenCode.Kernel.Tools;

/// <summary>A question that a tool puts to the agent's model: one answer, no tools, nothing of it in the conversation.</summary>
internal static class SideQuestion
{
    public static async ValueTask<string> AskAsync(Agent agent, string system, string user, CancellationToken cancellationToken)
    {
        var model = agent.Model;
        var asked = agent.Session.Time.GetTimestamp();
        var options = model.Options?.Clone() ?? new ChatOptions();
        options.ModelId = model.Id;
        ChatResponse? response = null;
        try
        {
            response = await model.Client
                .GetResponseAsync(
                    system.Length == 0 ? [new ChatMessage(ChatRole.User, user)] : [new ChatMessage(ChatRole.System, system), new ChatMessage(ChatRole.User, user)],
                    options,
                    cancellationToken)
                .ConfigureAwait(false);
            return response.Text;
        }
        finally
        {
            agent.CountTokens(response?.Usage);
            agent.Session.Statistics.Answered(model.Id, response?.Usage, agent.Session.Time.GetElapsedTime(asked), failed: response is null && !cancellationToken.IsCancellationRequested);
        }
    }
}
