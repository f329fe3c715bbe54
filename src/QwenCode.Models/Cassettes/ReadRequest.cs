namespace QwenCode.Models.Cassettes;

/// <summary>A request as a cassette knows it.</summary>
/// <param name="Conversation">The name of the conversation, made of its first prompt.</param>
/// <param name="Prompt">The first prompt, cut for people.</param>
/// <param name="Step">How often the model has answered in this conversation.</param>
/// <param name="LastWords">The name of what was said since the last answer.</param>
/// <param name="Items">All of the request, piece by piece.</param>
internal sealed record ReadRequest(
    string Conversation, string Prompt, int Step, string LastWords, IReadOnlyList<RequestItem> Items)
{
    /// <summary>Gets the name of the whole request.</summary>
    public string Digest => field ??= RequestItem.DigestOf(string.Join('\n', Items.Select(static item => $"{item.Kind} {item.Digest}")));

    /// <summary>Gets what was said since the last answer, as one text, without what the program reminds the model of.</summary>
    public string Words =>
        string.Join('\n', Tail.Where(static item => item.Kind is not RequestItem.Reminder).Select(static item => item.Text));

    /// <summary>Gets what was said since the last answer.</summary>
    public IEnumerable<RequestItem> Tail => Items.Skip(TailStart(Items));

    /// <summary>Returns where that begins.</summary>
    /// <param name="items">The pieces of a request.</param>
    public static int TailStart(IReadOnlyList<RequestItem> items)
    {
        var start = items.Count;
        while (start > 0 && items[start - 1] is { IsOfModel: false, IsFrame: false })
        {
            start--;
        }

        return start;
    }
}
