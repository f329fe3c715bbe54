using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Checkpoints;
using QwenCode.Conversations;
using QwenCode.Kernel.Conversations;
using QwenCode.Kernel.Turns;
using QwenCode.Platform.Text;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Sessions;

/// <summary>Goes back to an earlier point of the conversation, with the files or without, or brings back the files alone.</summary>
internal static class Rewinding
{
    private const int Shown = 60;

    /// <summary>Does what a command of the user says, and tells the user.</summary>
    /// <returns>How the run ended, in which no model is asked.</returns>
    public static async ValueTask<TurnOutcome> RunAsync(SessionContext session, SessionInput input, CancellationToken cancellationToken)
    {
        var done = input switch
        {
            RestoreInput restore => await RestoreAsync(session, restore, cancellationToken).ConfigureAwait(false),
            RewindInput rewind => await RewindAsync(session, rewind, cancellationToken).ConfigureAwait(false),
            _ => throw new InvalidOperationException($"{input.GetType().Name} brings nothing back."),
        };
        if (!done.IsDone)
        {
            session.Tasks.Notice(done.Text.TrimEnd());
            return RunTally.Block(done.Text);
        }

        session.Events.Raise(new CommandAnswered(session.Main.Id, done.Text));
        return new TurnOutcome(TaskEndReason.Goal, done.Text);
    }

    private static async ValueTask<RestoreOutcome> RestoreAsync(
        SessionContext session, RestoreInput input, CancellationToken cancellationToken)
    {
        if (session.Options.Checkpoints is not { } checkpoints)
        {
            return new(false, "Files are not kept here, so none can be brought back (general.checkpointing.enabled).");
        }

        return input.Prompts switch
        {
            null => new(true, await checkpoints.ListAsync(cancellationToken).ConfigureAwait(false)),
            > 0 and var count => await checkpoints.RestoreAsync(
                new RestoreRequest { Prompts = count, Overwrites = input.Overwrites }, cancellationToken).ConfigureAwait(false),
            _ => new(false, "/restore takes the number of prompts whose files are brought back, 1 or more; force behind it overwrites what "
                + "others have changed since."),
        };
    }

    private static async ValueTask<RestoreOutcome> RewindAsync(
        SessionContext session, RewindInput input, CancellationToken cancellationToken)
    {
        var main = session.Main;
        var prompts = main.Transcript.Prompts();
        if (main.Transcript.Path is null)
        {
            return new(false, "The conversation is not kept on disk, so there is no going back in it.");
        }

        if (input.Prompts is not { } count)
        {
            return new(true, List(prompts));
        }

        if (count < 1 || count > prompts.Count)
        {
            return new(false, string.Create(CultureInfo.InvariantCulture,
                $"/rewind takes the number of prompts to go back, from 1 to {prompts.Count}; files behind it brings their files back, ")
                + "too, and force overwrites those that others have changed since.");
        }

        var prompt = prompts[count - 1];
        var files = "Files stay as they are.";
        if (input.RestoresFiles)
        {
            if (session.Options.Checkpoints is not { } checkpoints)
            {
                return new(false, "Files are not kept here, so none can be brought back (general.checkpointing.enabled).");
            }

            // Files first: if one is in the way, conversation and files stay what they are to each other.
            var restored = await checkpoints.RestoreAsync(
                new RestoreRequest { Since = prompt.At, Overwrites = input.Overwrites }, cancellationToken).ConfigureAwait(false);
            if (!restored.IsDone)
            {
                return restored with { Text = restored.Text + "\nThe conversation was not rewound." };
            }

            files = restored.Text;
        }

        Cut(session, prompt);
        return new(true, $"The conversation goes on before \"{Line(prompt.Text)}\".\n{files}");
    }

    private static void Cut(SessionContext session, EarlierPrompt prompt)
    {
        var main = session.Main;
        main.Transcript.Append(new RewindEntry(prompt.Follows));
        var left = session.Transcripts.Load(session.Id)?.Messages ?? [];
        main.Open(History.Of(
            [new HistoryMessage(ChatRole.System, session.Options.SystemPrompt), .. session.Options.StartupMessages, .. left]));
        main.IsAnswerCut = false;
    }

    private static string List(IReadOnlyList<EarlierPrompt> prompts) => prompts.Count == 0
        ? "There is no prompt to go back to."
        : string.Join('\n', prompts.Select(static (prompt, index) => string.Create(
            CultureInfo.InvariantCulture, $"{index + 1,3}  {prompt.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  \"{Line(prompt.Text)}\"")));

    private static string Line(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= Shown ? line : TextCut.Head(line, Shown) + "…";
    }
}
