using System.Text.Json;
using ModelContextProtocol.Protocol;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Mcp.Serving;
using QwenCode.Platform.Json;
using QwenCode.Sessions;

namespace QwenCode.Cli.Serving;

/// <summary>Works on prompts of a client: each in a session of its own, which the next prompt can go on with by its id.</summary>
internal sealed class PromptRuns(ServedProject project)
{
    /// <summary>Answers a call of <c>prompt</c>.</summary>
    public async ValueTask<CallToolResult> RunAsync(
        CallScope scope, JsonElement arguments, bool canAsk, CancellationToken cancellationToken)
    {
        var prompt = arguments.Text("prompt"u8);
        var named = arguments.Text("session_id"u8);
        if (string.IsNullOrWhiteSpace(prompt) || (named is not null && !CliOptions.IsSessionId(named)))
        {
            return ServedTasks.Failed(named is null || string.IsNullOrWhiteSpace(prompt)
                ? "Parameter \"prompt\" must be a non-empty string." : "Parameter \"session_id\" must be the id of a session (a UUID).");
        }

        if (project.Commands.Refuse(prompt) is { } refusal)
        {
            return ServedTasks.Failed(refusal);
        }

        var id = named is null ? SessionId.New() : new SessionId(named);
        if (!project.TryClaim(id))
        {
            return ServedTasks.Failed($"The session {id} works on another prompt; wait for its answer.");
        }

        try
        {
            return await RunAsync(scope, id, named is not null, prompt, canAsk, cancellationToken).ConfigureAwait(false);
        }
        catch (QwenCodeException exception)
        {
            return ServedTasks.Failed(exception.Message);
        }
        finally
        {
            project.Release(id);
        }
    }

    private async ValueTask<CallToolResult> RunAsync(
        CallScope scope, SessionId id, bool isResumed, string prompt, bool canAsk, CancellationToken cancellationToken)
    {
        if (ModelCheck.FindProblem(project.Workspace) is { } problem)
        {
            return ServedTasks.Failed(problem);
        }

        var servers = project.Sessions.CreateServers();
        var request = project.Request(canAsk) with { Id = isResumed ? null : id, Resume = isResumed ? id : null, Servers = servers };
        ISession? session = null;
        var frontEnd = new PromptFrontEnd(scope, answer => Volatile.Read(ref session)?.Send(answer));
        var opened = project.Sessions.Open(request, frontEnd);
        await using var owned = opened.ConfigureAwait(false);
        Volatile.Write(ref session, opened);
        using var stop = cancellationToken.UnsafeRegister(
            static session => ((ISession)session!).Send(new ShutdownInput()), opened);
        var reader = PromptReader.For(project.Workspace, project.Sessions.PolicyFor(request).Policy, servers);
        var read = await reader.ReadAsync(prompt, null, cancellationToken).ConfigureAwait(false);
        if (read.Refusal is { } refusal)
        {
            return ServedTasks.Failed(refusal);
        }

        opened.Send(SlashCommands.ToInput(read.Content));
        opened.Send(new CompleteInput());
        await opened.Completion.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return Answer(id, frontEnd.Outcome, frontEnd.Failure);
    }

    private static CallToolResult Answer(SessionId id, RunOutcome? outcome, TurnFailed? failure)
    {
        var text = ServedContent.Sound(outcome is { End: RunEnd.Error } && failure is not null
            ? $"{failure.Cause} {failure.Advice}".TrimEnd() : outcome?.Text ?? "The session ended without an answer.");
        var end = outcome?.End switch
        {
            RunEnd.MaxTurns => "max_turns",
            RunEnd.Budget => "budget",
            RunEnd.Error => "error",
            null or RunEnd.Cancelled => "cancelled",
            _ => "completed",
        };
        return new CallToolResult
        {
            IsError = end is "completed" ? null : true,
            Content = [ServedContent.Text(text.Length == 0 ? $"The session ended: {end}." : text)],
            StructuredContent = Json.Object(writer =>
            {
                writer.WriteString("session_id"u8, id.Value);
                writer.WriteString("text"u8, text);
                writer.WriteString("end"u8, end);
            }),
        };
    }
}
