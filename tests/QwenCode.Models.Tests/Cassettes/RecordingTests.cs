using System.Text;
using QwenCode.Models.Cassettes;
using QwenCode.Models.Tests.Support;
using static QwenCode.Models.Tests.Support.OpenAIStream;

namespace QwenCode.Models.Tests.Cassettes;

/// <summary>What is in a cassette, and what is not.</summary>
public sealed class RecordingTests : CassetteTest
{
    [Fact]
    public async Task No_key_cookie_bearer_or_home_path_is_in_the_file()
    {
        Environment["GITHUB_TOKEN"] = "token-of-the-environment-77";
        var headers = new Dictionary<string, string> { ["Cookie"] = "session=cookie-of-a-header", ["X-Auth"] = "Bearer header-bearer-9876543" };
        string[] secrets = [Key, "token-of-the-environment-77", "cookie-of-a-header", "header-bearer-9876543", "sk-of-a-tool-result-123456", "bearer-of-a-result-1234", "query-key-1234567", "cookie-of-a-server"];
        Server.Then(StubReply.Of(Answer($"echo: {string.Join(' ', secrets.Take(4))} in {Project}/a.txt and {HomeDirectory}/.ssh; GET /x?key=query-key-1234567")) with
        {
            Headers = new() { ["Set-Cookie"] = "id=cookie-of-a-server" },
        });

        await AskAsync(
            Client(Cassette(CassetteMode.Record), headers: headers),
            Instructions($"You work in {Project}."), User($"my key is {Key}"), Called("c1", "env", $$"""{"path":"{{Project}}/.env"}"""),
            Result("c1", $"A=sk-of-a-tool-result-123456\nAuthorization: Bearer bearer-of-a-result-1234\nHOME={HomeDirectory}\nT=token-of-the-environment-77"));

        foreach (var secret in secrets.Append(HomeDirectory))
        {
            Text.ShouldNotContain(secret);
        }

        Text.ShouldContain("echo: ");
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Paths_of_an_answer_are_those_of_the_place_it_is_replayed_at()
    {
        const string elsewhere = "/srv/other/work";
        Server.Then(StubReply.Of(Answer($"read {Project}/a.txt and {HomeDirectory}/b, literally {{{{qwen:home}}}}")));
        await AskAsync(Client(Cassette(CassetteMode.Record)), User($"look into {Project}"));

        var answer = await AskAsync(Client(Cassette(CassetteMode.Strict), directory: elsewhere), User($"look into {elsewhere}"));

        answer.ShouldBe("read /srv/other/work/a.txt and /srv/other/b, literally {{qwen:home}}");
    }

    [Theory]
    [InlineData(Project)]
    [InlineData("/srv/other/work")]
    public async Task Keys_and_paths_that_a_model_writes_in_several_pieces_are_found_too(string elsewhere)
    {
        var words = $"read {Project}/a.txt with {Key}, in {HomeDirectory}.";
        Server.Then(StubReply.Of(string.Concat(words.Chunk(4).Select(static piece => Text(new string(piece)))) + Finish() + Done));
        await AskAsync(Client(Cassette(CassetteMode.Record)), User("hi"));
        var recorded = CassetteReader.Read(File, static _ => { }).ShouldHaveSingleItem();

        var answer = await AskAsync(Client(Cassette(CassetteMode.Strict), directory: elsewhere), User("hi"));

        answer.ShouldBe($"read {elsewhere}/a.txt with {new string('*', Key.Length)}, in {Path.GetDirectoryName(elsewhere)}.");
        var kept = Encoding.UTF8.GetString([.. recorded.Pieces.SelectMany(static piece => piece)]);
        foreach (var part in (string[])["Zq7", "0451", "omeo", "/hom"])
        {
            kept.ShouldNotContain(part, Case.Sensitive);
        }
    }

    [Fact]
    public async Task A_recording_that_was_cut_off_loses_the_torn_line_alone()
    {
        Server.Then(StubReply.Of(Answer("one")), StubReply.Of(Answer("two")));
        await AskAsync(Client(Cassette(CassetteMode.Record)), User("first"));
        await System.IO.File.AppendAllTextAsync(File, "{\"exchange\":\"0123\",\"prom");
        var again = Cassette(CassetteMode.Record);
        await AskAsync(Client(again), User("second"));
        var replay = Cassette(CassetteMode.Replay);
        var client = Client(replay);

        (await AskAsync(client, User("first"))).ShouldBe("one");
        (await AskAsync(client, User("second"))).ShouldBe("two");

        again.Notes.ShouldHaveSingleItem().ShouldContain("holds a recorded run already");
        var note = replay.Notes.ShouldHaveSingleItem();
        note.ShouldStartWith($"{File}:");
        note.ShouldContain("not a whole line");
    }

    [Fact]
    public async Task Two_recordings_into_one_file_do_not_mix_their_lines()
    {
        Server.Always = StubReply.Of(Answer(new string('x', 8_000)));
        var (one, other) = (Client(Cassette(CassetteMode.Record)), Client(Cassette(CassetteMode.Record)));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AskAsync(i % 2 == 0 ? one : other, User($"question {i}"))));

        var replay = Cassette(CassetteMode.Strict);
        var client = Client(replay);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AskAsync(client, User($"question {i}"))));

        answers.ShouldAllBe(static answer => answer.Length == 8_000);
        replay.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_replays_of_one_file_each_have_a_copy_of_their_own()
    {
        Server.Then(StubReply.Of(Answer("once")));
        await AskAsync(Client(Cassette(CassetteMode.Record)), User("hi"));
        var (one, other) = (Cassette(CassetteMode.Strict), Cassette(CassetteMode.Strict));
        one.Open();
        other.Open();
        System.IO.File.Delete(File);

        (await AskAsync(Client(one), User("hi")), await AskAsync(Client(other), User("hi"))).ShouldBe(("once", "once"));
    }

    [Fact]
    public async Task A_later_recording_of_a_step_counts()
    {
        Server.Then(StubReply.Of(Answer("old")), StubReply.Of(Answer("new")));
        await AskAsync(Client(Cassette(CassetteMode.Record)), Instructions("old prompt"), User("hi"));
        await AskAsync(Client(Cassette(CassetteMode.Record)), Instructions("new prompt"), User("hi"));

        (await AskAsync(Client(Cassette(CassetteMode.Strict)), Instructions("new prompt"), User("hi"))).ShouldBe("new");
    }

    [Theory]
    [InlineData("# A page\n", ":1: this is no cassette")]
    [InlineData("", "is empty")]
    [InlineData("{\"qwen-cassette\":99}\n", "has the format 99")]
    public void A_file_that_is_no_cassette_is_named(string content, string expected)
    {
        System.IO.File.WriteAllText(File, content);

        var fault = Should.Throw<ModelException>(Cassette(CassetteMode.Replay).Open);

        fault.Message.ShouldContain(File);
        fault.Message.ShouldContain(expected);
    }

    [Fact]
    public void Nothing_is_recorded_into_a_file_that_is_no_cassette()
    {
        System.IO.File.WriteAllText(File, "# A page\n");

        Should.Throw<ModelException>(Cassette(CassetteMode.Record).Open).Message.ShouldContain("is no cassette");

        Text.ShouldBe("# A page\n");
    }

    [Theory]
    [InlineData("/home/u", "/home/u", "at /home/u, {{qwen:home}}")]
    [InlineData("a\\/b", "/a/b", "x")]
    [InlineData("漢/home/u/x\"", "/home/u", "y")]
    public void What_is_concealed_is_revealed_byte_by_byte(string text, string home, string more)
    {
        var options = new OpenAI.OpenAIClientOptions { Model = "m" };
        var place = new CassettePlace(home, home + "/w", Environment);
        var answers = new AnswerText(new SecretText(options, Environment), place);
        var body = Encoding.UTF8.GetBytes(text + more);

        var (concealed, cuts) = answers.Conceal(body, [2, body.Length]);

        cuts[^1].ShouldBe(concealed.Length);
        answers.Reveal(concealed).ShouldBe(body);
    }
}
