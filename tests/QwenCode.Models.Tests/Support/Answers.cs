using Microsoft.Extensions.AI;

namespace QwenCode.Models.Tests.Support;

/// <summary>Collects answers as a kernel does.</summary>
internal static class Answers
{
    public static async Task<List<AIContent>> CollectAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        var contents = new List<AIContent>();
        await foreach (var update in updates)
        {
            contents.AddRange(update.Contents);
        }

        return contents;
    }

    public static Task<List<AIContent>> CollectAsync(IChatClient client, string prompt = "hi", ChatOptions? options = null) =>
        CollectAsync(client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, prompt)], options));

    public static string TextOf(IEnumerable<AIContent> contents) => string.Concat(contents.OfType<TextContent>().Select(content => content.Text));

    public static string ThoughtsOf(IEnumerable<AIContent> contents) => string.Concat(contents.OfType<TextReasoningContent>().Select(content => content.Text));
}
