using Microsoft.Extensions.AI;
using QwenCode.Kernel.Conversations;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Telemetry;
using QwenCode.Kernel.Turns;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Agents;

/// <summary>Runs agents below the main one to their end, and turns everything that can come of that into a result.</summary>
internal sealed class AgentRunner(TurnLoop turns)
{
    /// <summary>Runs an agent. Does not throw.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="opening">What its conversation opens with, at its start and whenever a hook sends it on.</param>
    /// <param name="prompt">Its task.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<TaskResult> RunAsync(Agent agent, History opening, string prompt, CancellationToken cancellationToken)
    {
        agent.Begin();
        using var span = KernelSpans.StartAgent(agent);
        TurnOutcome outcome;
        try
        {
            if (agent.Servers is { } servers)
            {
                foreach (var news in await servers.PrepareAsync(cancellationToken).ConfigureAwait(false))
                {
                    agent.Session.Tasks.Notice($"Agent '{agent.Type}': {news}");
                }
            }

            var run = new AgentRun(agent, turns, new SubagentPolicy(agent, opening));
            outcome = await run.RunAsync(new PromptItem([new TextContent(prompt)]), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = TurnOutcome.Cancelled;
        }
        catch (Exception exception)
        {
            // A fault of ours or of a hook ends this agent, which its owner is notified of, and nothing else.
            outcome = new TurnOutcome(TaskEndReason.Error, Error: exception);
        }

        span.SetEnd(outcome.End, outcome.Error);
        agent.End = outcome.End;
        await agent.DisposeAsync().ConfigureAwait(false);
        return new TaskResult(outcome.End, outcome.Text, outcome.Error?.Message, agent.Stats);
    }
}
