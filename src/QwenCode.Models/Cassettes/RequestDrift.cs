namespace QwenCode.Models.Cassettes;

/// <summary>Tells in which way a request differs from the recorded one that answers it.</summary>
internal static class RequestDrift
{
    /// <summary>Compares two requests.</summary>
    /// <param name="recorded">The recorded one.</param>
    /// <param name="now">The one of this run.</param>
    /// <param name="told">
    /// The names of what was told before, which is not told again: what differs once stays in the conversation. What is told is added.
    /// </param>
    /// <returns>One sentence for each difference.</returns>
    public static IReadOnlyList<string> Find(ReadRequest recorded, ReadRequest now, HashSet<string> told)
    {
        var found = new List<string>();
        if (recorded.Digest == now.Digest)
        {
            return found;
        }

        Compare(found, told, now, RequestItem.System, "the system prompt", recorded.Items, now.Items);
        Compare(found, told, now, RequestItem.Tools, "the list of tools", recorded.Items, now.Items);
        Compare(found, told, now, RequestItem.Settings, "the settings of the request", recorded.Items, now.Items);
        CompareTails(found, told, recorded.Tail, now.Tail);
        CompareHistories(found, told, recorded, now);
        return found;
    }

    private static void Compare(
        List<string> found, HashSet<string> told, ReadRequest request, string kind, string name,
        IEnumerable<RequestItem> recorded, IEnumerable<RequestItem> now)
    {
        var (before, after) = (TextOf(recorded, kind), TextOf(now, kind));
        if (before != after && told.Add($"{request.Conversation} {kind} {RequestItem.DigestOf(after)}"))
        {
            found.Add($"{name} differs: {ShortDiff.Of(before, after)}");
        }
    }

    private static string TextOf(IEnumerable<RequestItem> items, string kind) =>
        string.Join('\n', items.Where(item => item.Kind == kind).Select(static item => item.Text));

    private static void CompareTails(
        List<string> found, HashSet<string> told, IEnumerable<RequestItem> recorded, IEnumerable<RequestItem> now)
    {
        foreach (var kind in (ReadOnlySpan<string>)[RequestItem.Result, RequestItem.User, RequestItem.Reminder])
        {
            var before = Of(recorded, kind);
            var after = Of(now, kind);
            for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
            {
                var (one, other) = (before.ElementAtOrDefault(i), after.ElementAtOrDefault(i));
                if (one?.Digest != other?.Digest && told.Add(other?.Digest ?? $"without {one!.Digest}"))
                {
                    found.Add($"{Name(kind, other ?? one!)} differs: {Difference(one, other)}");
                }
            }
        }
    }

    private static string Difference(RequestItem? recorded, RequestItem? now) =>
        ShortDiff.Of(recorded?.Text ?? string.Empty, now?.Text ?? string.Empty);

    private static List<RequestItem> Of(IEnumerable<RequestItem> items, string kind) => [.. items.Where(item => item.Kind == kind)];

    private static string Name(string kind, RequestItem item) => kind switch
    {
        RequestItem.Result => $"the result of {item.Text.Split(':', 2)[0]}",
        RequestItem.Reminder => "a reminder of the program",
        _ => "what the user said",
    };

    // What has a place of its own each time, the ends of background tasks, is in another order without being another conversation.
    private static void CompareHistories(List<string> found, HashSet<string> told, ReadRequest recorded, ReadRequest now)
    {
        var (before, after) = (History(recorded), History(now));
        var isReordered = before.Concat(after).Any(static item => item.IsNotification);
        if (isReordered)
        {
            return;
        }

        for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
        {
            var (one, other) = (before.ElementAtOrDefault(i), after.ElementAtOrDefault(i));
            if (one?.Digest != other?.Digest && told.Add(other?.Digest ?? $"without {one!.Digest}"))
            {
                found.Add($"an earlier message ({(other ?? one!).Kind}) differs: {Difference(one, other)}");
                return;
            }
        }
    }

    private static List<RequestItem> History(ReadRequest request) =>
        [.. request.Items.Take(ReadRequest.TailStart(request.Items)).Where(static item => !item.IsFrame)];
}
