using Microsoft.Extensions.AI;
using QwenCode.Kernel.Conversations;
using QwenCode.Platform.Text;

namespace QwenCode.Kernel.Compaction;

/// <summary>What the user has said in a part of a conversation, word for word, within a bound.</summary>
internal static class KeptPrompts
{
    /// <summary>Collects what the user, or an agent's parent, said in the messages.</summary>
    /// <param name="history">The conversation.</param>
    /// <param name="from">The first message.</param>
    /// <param name="to">The message behind the last.</param>
    public static List<KeptPrompt> Collect(History history, int from, int to)
    {
        var prompts = new List<KeptPrompt>();
        for (var i = from; i < to; i++)
        {
            var message = history[i];
            if (CompactedMessage.Is(message))
            {
                prompts.AddRange(CompactedMessage.PromptsIn(message));
            }
            else if (message.Role == ChatRole.User && WordsOf(message) is { Length: > 0 } words)
            {
                prompts.Add(new KeptPrompt(words, IsCurrent: true));
            }
            else if (Rounds.IsFinalAnswer(message))
            {
                Settle(prompts);
            }
        }

        return prompts;
    }

    /// <summary>Leaves out the middle of too much: the oldest words say what it is about, the newest what comes next.</summary>
    /// <param name="prompts">All of them.</param>
    /// <param name="oldest">How many tokens of the oldest stay.</param>
    /// <param name="newest">How many tokens of the newest stay.</param>
    /// <param name="measure">Counts tokens.</param>
    public static List<KeptPrompt> Fit(List<KeptPrompt> prompts, long oldest, long newest, Func<string, long> measure)
    {
        if (prompts.Sum(prompt => measure(prompt.Text)) <= oldest + newest)
        {
            return prompts;
        }

        var head = new List<KeptPrompt>();
        var tail = new List<KeptPrompt>();
        var (first, last) = (0, prompts.Count - 1);
        for (; first <= last && prompts[first].LeftOut is null && measure(prompts[first].Text) is var cost && cost <= oldest; first++)
        {
            head.Add(prompts[first]);
            oldest -= cost;
        }

        for (; last >= first && prompts[last].LeftOut is null && measure(prompts[last].Text) is var cost && cost <= newest; last--)
        {
            tail.Insert(0, prompts[last]);
            newest -= cost;
        }

        var (messages, characters) = (0, 0);
        if (last == first && prompts[first].LeftOut is null)
        {
            // One that is too long for either side gives its beginning to the one and its end to the other.
            var text = prompts[first].Text;
            var begin = TextCut.Head(text, Share(text, oldest, measure));
            var end = End(text, Math.Min(text.Length - begin.Length, Share(text, newest, measure)));
            Add(head, prompts[first] with { Text = begin });
            tail.Insert(0, prompts[first] with { Text = end });
            (messages, characters) = (1, text.Length - begin.Length - end.Length);
        }
        else
        {
            for (var i = first; i <= last; i++)
            {
                var gap = prompts[i].LeftOut ?? new LeftOut(1, prompts[i].Text.Length);
                (messages, characters) = (messages + gap.Messages, characters + gap.Characters);
            }

            if (first < last && prompts[first].LeftOut is null)
            {
                var begin = TextCut.Head(prompts[first].Text, Share(prompts[first].Text, oldest, measure));
                characters -= begin.Length;
                Add(head, prompts[first] with { Text = begin });
            }

            if (first < last && prompts[last].LeftOut is null)
            {
                var end = End(prompts[last].Text, Share(prompts[last].Text, newest, measure));
                characters -= end.Length;
                tail.Insert(0, prompts[last] with { Text = end });
            }
        }

        return [.. head, new KeptPrompt(string.Empty) { LeftOut = new LeftOut(messages, characters) }, .. tail];
    }

    private static void Add(List<KeptPrompt> list, KeptPrompt prompt)
    {
        if (prompt.Text.Length > 0)
        {
            list.Add(prompt);
        }
    }

    private static string End(string text, int length) => text[TextCut.After(text, text.Length - length)..];

    private static int Share(string text, long tokens, Func<string, long> measure) =>
        (int)Math.Min(text.Length, text.Length * Math.Max(0, tokens) / Math.Max(1, measure(text)));

    // The words alone: reminders, notifications and the content of files that were named are no words of the user.
    private static string WordsOf(ChatMessage message)
    {
        var words = new List<string>();
        foreach (var part in message.Contents)
        {
            switch (part)
            {
                case TextContent { Text: var text } when text.StartsWith("\n--- Content from ", StringComparison.Ordinal):
                    return Join(words, "[The files that it names were read here; read them again if you need them.]");
                case TextContent { Text: var text }
                    when text.StartsWith("<system-reminder>", StringComparison.Ordinal)
                    || text.StartsWith("<task-notification>\n<task-id>", StringComparison.Ordinal):
                    break;
                case TextContent { Text: var text }:
                    words.Add(text);
                    break;
                case DataContent data:
                    words.Add($"[{data.MediaType} was attached here]");
                    break;
            }
        }

        return Join(words, null);
    }

    private static string Join(List<string> words, string? note) =>
        words.Count == 0 ? string.Empty : string.Join('\n', note is null ? words : [.. words, note]);

    private static void Settle(List<KeptPrompt> prompts)
    {
        for (var i = 0; i < prompts.Count; i++)
        {
            if (prompts[i].IsCurrent)
            {
                prompts[i] = prompts[i] with { IsCurrent = false };
            }
        }
    }
}
