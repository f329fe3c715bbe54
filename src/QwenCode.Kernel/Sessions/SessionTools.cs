namespace QwenCode.Kernel.Sessions;

/// <summary>What every kind of session does with its tools and tasks when it begins to work and when it ends.</summary>
internal static class SessionTools
{
    /// <summary>
    /// Waits for tools that come late, such as those of servers: the first word of a run already lists them. Does not throw.
    /// </summary>
    public static async ValueTask PrepareAsync(SessionContext session, CancellationToken cancellationToken)
    {
        foreach (var source in session.ToolSources)
        {
            try
            {
                foreach (var notice in await source.PrepareAsync(cancellationToken).ConfigureAwait(false))
                {
                    session.Tasks.Notice(notice);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The turn is interrupted; it ends the way all interrupted turns do.
                return;
            }
            catch (Exception exception)
            {
                // A source that fails is no reason for the conversation to end: it goes on with the tools there are.
                session.Tasks.Notice($"Tools could not be prepared: {exception.Message}");
            }
        }
    }

    /// <summary>Takes the end of a task of the main agent, or waits for it; <c>null</c> if none can come.</summary>
    public static async ValueTask<NotificationItem?> NextEndAsync(SessionContext session, CancellationToken cancellationToken)
    {
        // A task that ended by itself just before it was stopped may still be on its way here.
        var main = session.Main;
        var mayCome = main.Tasks.HasUnfinished;
        var item = main.Inbox.TryTake(static item => item is NotificationItem)
            ?? (mayCome
                ? await main.Inbox.TakeAsync(static item => item is NotificationItem, cancellationToken).ConfigureAwait(false) : null);
        return item as NotificationItem;
    }

    /// <summary>Closes what belongs to a session that has ended: hooks, inbox, its own tools, transcript and journal.</summary>
    public static async ValueTask CloseAsync(SessionContext session)
    {
        await session.Options.Hooks.CloseAsync().ConfigureAwait(false);
        session.Main.Inbox.Close();
        foreach (var source in session.ToolSources)
        {
            foreach (var news in source.TakeNews())
            {
                session.Tasks.Notice(news);
            }
        }

        foreach (var source in session.Options.ToolSources)
        {
            if (source is IAsyncDisposable own)
            {
                await own.DisposeAsync().ConfigureAwait(false);
            }
        }

        if (session.Options.Checkpoints is { } checkpoints)
        {
            await checkpoints.DisposeAsync().ConfigureAwait(false);
        }

        await session.Main.Transcript.DisposeAsync().ConfigureAwait(false);
        if (session.Options.Journal is { } journal)
        {
            await journal.DisposeAsync().ConfigureAwait(false);
        }
    }
}
