using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Compaction;
using QwenCode.Kernel.Conversations;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Telemetry;
using QwenCode.Kernel.Tools;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Turns;

/// <summary>
/// The one loop of the product: ask the model, run what it calls, send it the results, until it calls nothing. It leaves a
/// history that can be sent again however it ends: every call in it has exactly one result.
/// </summary>
internal sealed class TurnLoop(ToolScheduler scheduler)
{
    private const string AskForFinalAnswer = "Please give your final answer now, as text, without calling tools.";

    // A model that keeps saying nothing would be asked for ever if no budget bounds it.
    private const int MaxBlankAnswers = 5;

    /// <summary>Runs one turn.</summary>
    /// <param name="agent">The agent, which has accepted what the turn begins with; nothing else runs it meanwhile.</param>
    /// <param name="mayAsk">Asked before each request; a reason ends the turn instead.</param>
    /// <param name="cancellationToken">Interrupts the turn.</param>
    public async Task<TurnOutcome> RunAsync(Agent agent, Func<TaskEndReason?> mayAsk, CancellationToken cancellationToken)
    {
        // One set for the whole turn: a tool cannot vanish, or become another, between an answer and its calls.
        using var tools = agent.FreezeTools();
        using var span = KernelSpans.StartTurn(agent);
        // Not between the rounds of a turn: their results have not been sent yet, however long they took.
        ForgetStaleResults(agent);
        var blanks = 0;
        var shrank = false;
        for (var request = 0; ; request++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return End(span, TurnOutcome.Cancelled);
            }

            if (mayAsk() is { } refused)
            {
                return End(span, new TurnOutcome(refused));
            }

            ResponseCollector answer;
            var before = agent.History.Count;
            try
            {
                // The first request of a fresh conversation has nothing to give up.
                if (agent.Turns > 0 || agent.Session.Options.History.Count > 0)
                {
                    await Compactor.RunIfNeededAsync(agent, cancellationToken).ConfigureAwait(false);
                    before = agent.History.Count;
                }

                answer = await AskAsync(agent, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return End(span, TurnOutcome.Cancelled);
            }
            catch (LoopException loop)
            {
                return End(span, new TurnOutcome(TaskEndReason.LoopDetected, Error: loop));
            }
            catch (ModelException exception) when (agent.History.Count == before && agent.TryFallBack(exception))
            {
                continue;
            }
            catch (ModelException exception) when (exception.Fault is ModelFault.TooLong && !shrank)
            {
                if (await ShrinkAsync(agent, agent.History.Count > before, cancellationToken).ConfigureAwait(false))
                {
                    shrank = true;
                    continue;
                }

                return End(span, cancellationToken.IsCancellationRequested
                    ? TurnOutcome.Cancelled : new TurnOutcome(TaskEndReason.Error, Error: exception));
            }
            catch (Exception exception)
            {
                // Whatever a client throws, ours or a foreign one, is the end of this turn and of nothing else.
                return End(span, new TurnOutcome(TaskEndReason.Error, Error: exception));
            }

            shrank = false;
            if (answer.Calls.Count == 0)
            {
                var said = answer.LastText().Trim();
                if (said.Length > 0 || agent.IsMain)
                {
                    return End(span, new TurnOutcome(TaskEndReason.Goal, agent.IsMain ? answer.LastText() : said));
                }

                if (++blanks > MaxBlankAnswers)
                {
                    return End(span, new TurnOutcome(TaskEndReason.Error,
                        Error: new ModelException(ModelFault.BrokenStream, $"The model gave no answer {blanks} times in a row.")));
                }

                Say(agent, AskForFinalAnswer);
                continue;
            }

            blanks = 0;
            if (agent.Loops?.FindRepetition(answer.Calls) is { } repetition)
            {
                agent.Append(new HistoryMessage(ChatRole.Tool, ToolScheduler.Refuse(agent, answer.Calls, $"Not run: {repetition}.")));
                return End(span, new TurnOutcome(TaskEndReason.LoopDetected, Error: new LoopException(repetition)));
            }

            if (agent.IsMain && agent.Budget.MaxToolCalls is { } most && agent.ToolUses + answer.Calls.Count > most)
            {
                agent.Append(new HistoryMessage(ChatRole.Tool, ToolScheduler.Refuse(agent, answer.Calls, "Not run: no call is left.")));
                return End(span, new TurnOutcome(TaskEndReason.MaxToolCalls));
            }

            // Time may have run out while the answer came; its calls are then answered, but not run.
            var isOutOfTime = agent.Exhausted() is TaskEndReason.Timeout;
            var results = await scheduler.RunAsync(agent, answer.Calls, request, answer.IsTruncated, isOutOfTime, cancellationToken)
                .ConfigureAwait(false);
            agent.Append(new HistoryMessage(ChatRole.Tool, results.Contents));
            if (results.EndText is { } text)
            {
                return End(span, new TurnOutcome(TaskEndReason.Goal, text) { EndsRun = results.EndsRun });
            }

            DeliverMessages(agent);
        }
    }

    private static TurnOutcome End(KernelSpan span, TurnOutcome outcome)
    {
        span.SetEnd(outcome.End, outcome.Error);
        return outcome;
    }

    private static void Say(Agent agent, string text) => agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, text)));

    // What a parent says while its agent works arrives between two rounds. What comes too late for that is still in the
    // inbox when the turn ends, and leads to another one.
    private static void DeliverMessages(Agent agent)
    {
        while (!agent.IsMain && agent.Inbox.TryTake(static item => item is PromptItem) is PromptItem prompt)
        {
            Say(agent,
                "\n[Message from parent agent]: " + string.Concat(prompt.Content.OfType<TextContent>().Select(static part => part.Text)));
        }
    }

    private static async Task<ResponseCollector> AskAsync(Agent agent, CancellationToken cancellationToken)
    {
        var session = agent.Session;
        var model = agent.Model;
        var answer = new ResponseCollector();
        var sent = agent.History.Count;
        var asked = session.Time.GetTimestamp();
        Exception? failure = null;
        using var span = KernelSpans.StartModelCall(agent, model);
        agent.CountTurn();
        agent.Raise(new AnswerStarted(agent.Id, model.Id));
        try
        {
            await foreach (var update in model.Client.GetStreamingResponseAsync(
                agent.History, agent.OptionsFor(agent.OfferedTools()), cancellationToken).ConfigureAwait(false))
            {
                agent.Touch();
                Collect(agent, answer, update);
            }

            cancellationToken.ThrowIfCancellationRequested();
            agent.LastAnswered = session.Time.GetTimestamp();
            agent.Gauge.Note(model, answer.Usage, sent);
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            var latency = session.Time.GetElapsedTime(asked);
            answer.Settle();
            KernelSpans.EndModelCall(
                span, model, latency, answer.Usage, GenAI.NameOfError(failure, cancellationToken.IsCancellationRequested));
            session.ReportForeignCalls(answer.ForeignCalls);
            agent.CountTokens(answer.Usage);
            agent.CountModelTime(latency);
            session.Statistics.Answered(model, answer.Usage, latency, failure is not null && !cancellationToken.IsCancellationRequested);

            // An answer that was cut stays in the history as far as it came, without the calls, which will not run.
            if (failure is null || !answer.IsEmpty)
            {
                Keep(agent, answer, model, latency, isComplete: failure is null);
            }
        }

        return answer;
    }

    // Sends the request once more with less in it. An answer that was cut because the window was full is gone on with.
    private static async ValueTask<bool> ShrinkAsync(Agent agent, bool wasCut, CancellationToken cancellationToken)
    {
        try
        {
            if (wasCut)
            {
                Say(agent, "Your answer was cut off because the window was full. Go on where it ends.");
            }

            return await Compactor.ShrinkAsync(agent, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static void ForgetStaleResults(Agent agent)
    {
        var (age, keep) = agent.Session.Options.StaleResults;
        if (agent.IsMain && age is { } limit && agent.LastAnswered != 0 && agent.Session.Time.GetElapsedTime(agent.LastAnswered) > limit)
        {
            agent.Open(StaleResults.Clear(agent.History, keep));
        }
    }

    private static void Keep(Agent agent, ResponseCollector answer, ModelReference model, TimeSpan latency, bool isComplete)
    {
        var message = answer.Build(new ModelOrigin(model.Protocol, model.Id), isComplete);
        if (message.Contents.Count > 0)
        {
            agent.Append(message);
            agent.Transcript.Append(new AssistantEntry(message, model.Id, answer.Usage));
        }

        agent.IsAnswerCut = !isComplete && message.Contents.Count > 0;
        if (isComplete)
        {
            agent.Answered();
        }

        agent.Raise(new AnswerCompleted(agent.Id, message, model.Id, answer.Usage, latency, isComplete));
    }

    private static void Collect(Agent agent, ResponseCollector answer, ChatResponseUpdate update)
    {
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextReasoningContent reasoning:
                    answer.Reasoning(reasoning);
                    Show(agent, new ThinkingDelta(agent.Id, reasoning.Text), reasoning.Text);
                    break;
                case TextContent text:
                    answer.Text(text);
                    Show(agent, new TextDelta(agent.Id, text.Text), text.Text);
                    if (agent.Loops?.FindRepetition(text.Text) is { } repetition)
                    {
                        throw new LoopException(repetition);
                    }

                    break;
                case FunctionCallContent call:
                    answer.Call(call);
                    break;
                case FunctionResultContent result:
                    answer.Result(result);
                    break;
                case UsageContent usage:
                    answer.Count(usage.Details);
                    break;
                case ProviderContent part:
                    answer.Other(part);
                    break;
                case StreamRestartContent restart:
                    answer.Restart();
                    agent.Loops?.Restart();
                    agent.Raise(new AnswerRestarted(agent.Id, restart.Reason));
                    break;
                case LimitWaitContent wait:
                    agent.Session.Tasks.Notice(string.Create(CultureInfo.InvariantCulture,
                        $"'{agent.Model.Id}' is limited ({wait.Reason}); asked again in {wait.Left.TotalSeconds:0} s."));
                    break;
                case ErrorContent error:
                    throw new ModelException(ModelFault.BrokenStream, error.Message);
                default:
                    Debug.Assert(content is not null, "A client sent no content at all.");
                    break;
            }
        }

        if (update.FinishReason is { } reason)
        {
            answer.Finish(reason);
        }
    }

    private static void Show(Agent agent, AgentEvent agentEvent, string text)
    {
        if (text.Length > 0)
        {
            agent.Raise(agentEvent);
        }
    }
}
