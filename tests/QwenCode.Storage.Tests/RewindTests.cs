using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Sessions;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Tests;

public sealed class RewindTests : IDisposable
{
    private static readonly SessionId Session = new("ae32be69-470e-4883-957b-2ef22b2212fc");
    private readonly TempProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData(1, "one|answer|two|answer|instead")]
    [InlineData(2, "one|answer|instead")]
    [InlineData(3, "instead")]
    public async Task What_follows_an_earlier_record_is_the_conversation_for_this_process_and_the_next(int back, string expected)
    {
        await using (var transcript = _project.Store.Open(Session))
        {
            foreach (var prompt in new[] { "one", "two", "three" })
            {
                transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, prompt)));
                transcript.Append(new AssistantEntry(new HistoryMessage(ChatRole.Assistant, "answer"), "m", null));
            }

            transcript.Prompts().Select(static prompt => prompt.Text).ShouldBe(["three", "two", "one"]);
            transcript.Append(new RewindEntry(transcript.Prompts()[back - 1].Follows));
            transcript.Prompts().Count.ShouldBe(3 - back);
            transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, "instead")));
        }

        var stored = _project.NewStore().Load(Session)!;

        string.Join('|', stored.Messages.Select(static message => message.Text)).ShouldBe(expected);
        await using var next = _project.NewStore().Open(Session);
        next.Prompts()[0].Text.ShouldBe("instead");
        _project.Reports.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rewound_conversation_stays_rewound_if_nothing_follows()
    {
        await using (var transcript = _project.Store.Open(Session))
        {
            transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, "one")));
            transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, "two")));
            transcript.Append(new RewindEntry(transcript.Prompts()[0].Follows));
        }

        _project.NewStore().Load(Session)!.Messages.ShouldHaveSingleItem().Text.ShouldBe("one");
        File.ReadAllText(_project.Store.Open(Session).Path!).ShouldContain("\"subtype\":\"rewind\"");
    }
}
