using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Going back in a conversation, with files and without, and what the model is sent then.</summary>
public sealed class RewindTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";

    [Fact]
    public async Task A_rewound_prompt_is_not_sent_again_and_its_files_stay_unless_they_are_asked_for()
    {
        await using var room = await ThreePromptsAsync();

        var rewound = await room.RunAsync("-p", "/rewind 1", "--resume", Id);

        rewound.ExitCode.ShouldBe(0, rewound.Error);
        rewound.Output.ShouldBe("The conversation goes on before \"write 3.txt\".\nFiles stay as they are.\n");
        Files(room).ShouldBe(["1.txt", "2.txt", "3.txt"]);
        (await AskAsync(room, "and now?")).ShouldBe(["write 1.txt", "Done.", "write 2.txt", "Done.", "and now?"]);

        rewound = await room.RunAsync("-p", "/rewind 2 files", "--resume", Id);

        rewound.Output.ShouldBe("The conversation goes on before \"write 2.txt\".\n  deleted    2.txt\n  deleted    3.txt\n");
        Files(room).ShouldBe(["1.txt"]);
        (await AskAsync(room, "again")).ShouldBe(["write 1.txt", "Done.", "again"]);
    }

    [Fact]
    public async Task Without_a_number_the_prompts_are_listed()
    {
        await using var room = await ThreePromptsAsync();

        (await room.RunAsync("-p", "/rewind", "--resume", Id)).Output
            .ShouldMatch("^  1  .{19}  \"write 3.txt\"\n  2  .{19}  \"write 2.txt\"\n  3  .{19}  \"write 1.txt\"\n$");
        (await room.RunAsync("-p", "/restore", "--resume", Id)).Output.ShouldMatch("^  1  .{19}  1 file     \"write 3.txt\"\n  2  ");
        room.Model.Requests.Count.ShouldBe(6, "no model is asked");
    }

    [Fact]
    public async Task A_file_of_somebody_else_keeps_conversation_and_files_as_they_are()
    {
        await using var room = await ThreePromptsAsync();
        room.Write("3.txt", "mine");

        var rewound = await room.RunAsync("-p", "/rewind 2 files", "--resume", Id);

        rewound.ExitCode.ShouldBe(1);
        rewound.Error.ShouldContain("3.txt");
        rewound.Error.ShouldContain("The conversation was not rewound.");
        Files(room).ShouldBe(["1.txt", "2.txt", "3.txt"]);
        (await AskAsync(room, "now?"))[^3..].ShouldBe(["write 3.txt", "Done.", "now?"]);
        (await room.RunAsync("-p", "/rewind 3 files force", "--resume", Id)).ExitCode.ShouldBe(0);
        Files(room).ShouldBe(["1.txt"]);
    }

    [Fact]
    public async Task Restore_brings_files_back_and_leaves_the_conversation()
    {
        await using var room = await ThreePromptsAsync();

        (await room.RunAsync("-p", "/restore 2", "--resume", Id)).Output.ShouldBe("  deleted    2.txt\n  deleted    3.txt\n");

        Files(room).ShouldBe(["1.txt"]);
        (await AskAsync(room, "now?"))[^3..].ShouldBe(["write 3.txt", "Done.", "now?"]);
    }

    [Theory]
    [InlineData("/rewind 4")]
    [InlineData("/rewind 0")]
    [InlineData("/rewind files")]
    [InlineData("/rewind yesterday")]
    [InlineData("/restore 9")]
    [InlineData("/restore all")]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing(string command)
    {
        await using var room = await ThreePromptsAsync();

        var result = await room.RunAsync("-p", command, "--resume", Id);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldNotBeEmpty();
        Files(room).ShouldBe(["1.txt", "2.txt", "3.txt"]);
    }

    [Fact]
    public async Task A_session_that_is_not_kept_cannot_go_back()
    {
        await using var room = new Room();

        (await room.RunAsync("-p", "/rewind", "--no-chat-recording")).Error.ShouldContain("not kept on disk");
        (await room.RunAsync("-p", "/restore", "--no-chat-recording")).Error.ShouldContain("general.checkpointing.enabled");
    }

    private static async Task<Room> ThreePromptsAsync()
    {
        var room = new Room();
        for (var i = 1; i <= 3; i++)
        {
            await UndoTests.WriteAsync(room, $"{i}.txt", i == 1 ? ["--session-id", Id] : ["--resume", Id]);
        }

        return room;
    }

    private static async Task<string[]> AskAsync(Room room, string prompt)
    {
        room.Model.Then(ModelReply.Text("All right."));
        (await room.RunAsync("-p", prompt, "--resume", Id)).ExitCode.ShouldBe(0);
        return [.. room.Model.Requests[^1].Messages.Skip(3).Where(static message => message.GetProperty("role").GetString() is "user"
            || (message.GetProperty("role").GetString() is "assistant" && !message.TryGetProperty("tool_calls", out _))).Select(ModelRequest.TextOf)];
    }

    private static string[] Files(Room room) => [.. Directory.EnumerateFiles(room.Workspace).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
}
