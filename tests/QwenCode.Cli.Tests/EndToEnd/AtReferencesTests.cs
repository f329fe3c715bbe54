using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What a prompt names as <c>@path</c>.</summary>
public sealed class AtReferencesTests
{
    [Fact]
    public async Task What_a_prompt_names_is_sent_behind_it()
    {
        await using var room = new Room();
        room.Environment["OPENAI_MODEL"] = "gpt-4o";
        room.Write("a b.txt", "first file");
        room.Write("src/deep/x.cs", "class X;");
        File.WriteAllBytes(Path.Combine(room.Workspace, "p.png"), [1, 2, 3]);
        room.Model.On(static _ => ModelReply.Text("seen"));

        var result = await room.RunExactlyAsync("-p", @"look at @a\ b.txt, @src and @p.png. Not @missing, a@b or @ alone");

        (result.ExitCode, result.Output.Trim()).ShouldBe((0, "seen"), result.Error);
        var sent = room.Model.Requests[0].Last.GetProperty("content").GetRawText();
        sent.ShouldContain("Content from referenced files");
        sent.ShouldContain("first file");
        sent.ShouldContain("x.cs");
        sent.ShouldNotContain("class X;");
        sent.ShouldContain("data:image/png;base64,AQID");
    }

    [Fact]
    public async Task What_may_not_be_read_stays_a_name()
    {
        await using var room = new Room();
        room.Write("secret.txt", "the secret");
        room.Write("hidden.txt", "the hidden");
        room.Write(".qwenignore", "hidden.txt\n");
        room.Write(".qwen/settings.json", """{ "$version": 3, "permissions": { "deny": ["Read(secret.txt)"] } }""");
        File.WriteAllText(Path.Combine(room.Home, "outside.txt"), "the outside");
        File.CreateSymbolicLink(Path.Combine(room.Workspace, "link.txt"), Path.Combine(room.Home, "outside.txt"));
        room.Model.On(static _ => ModelReply.Text("seen"));

        var result = await room.RunExactlyAsync("-p", "look at @secret.txt @hidden.txt @link.txt @/etc/hostname");

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests[0].LastText.ShouldBe("look at @secret.txt @hidden.txt @link.txt @/etc/hostname");
        result.Error.ShouldContain("@secret.txt may not be read by the permission rules");
        result.Error.ShouldContain("@hidden.txt is ignored");
    }
}
