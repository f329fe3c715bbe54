using QwenCode.Agents;
using QwenCode.Definitions.Agents;

namespace QwenCode.Definitions.Tests;

public sealed class AgentFileWriterTests : IDisposable
{
    private readonly TempFolder _files = new();

    private AgentFileWriter Writer => new(
        new AgentCatalogOptions { ProjectRoot = _files.Project, HomeDirectory = _files.Home, ShippedDirectory = _files.In("shipped") },
        ["read_file"]);

    [Fact]
    public void A_new_file_has_its_fields_in_their_order()
    {
        var file = Writer.Create(Definition("new-one") with { Tools = ["read_file"], Model = "inherit", Color = "auto", Budget = new(5) });

        file.ShouldBe(Path.Combine(_files.Project, ".qwen", "agents", "new-one.md"));
        File.ReadAllText(file).ShouldBe("---\nname: new-one\ndescription: Does things\ntools:\n  - read_file\nrunConfig:\n  max_turns: 5\n---\n\nYou do things.\n");
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_only_on_demand()
    {
        Writer.Create(Definition("one"));

        Fault(() => Writer.Create(Definition("one"))).ShouldBe("ALREADY_EXISTS");
        Writer.Create(Definition("one") with { Description = "Other" }, overwrite: true);
    }

    [Theory]
    [InlineData("../up", AgentLevel.Project, "INVALID_NAME")]
    [InlineData("fork", AgentLevel.Project, "INVALID_NAME")]
    [InlineData("one", AgentLevel.Session, "INVALID_CONFIG")]
    [InlineData("one", AgentLevel.BuiltIn, "INVALID_CONFIG")]
    [InlineData("one", AgentLevel.Extension, "INVALID_CONFIG")]
    public void What_cannot_be_created_is_refused(string name, AgentLevel level, string code) =>
        Fault(() => Writer.Create(Definition(name) with { Level = level })).ShouldBe(code);

    [Fact]
    public void A_definition_that_would_not_load_is_refused()
    {
        Fault(() => Writer.Create(Definition("one") with { SystemPrompt = "short" })).ShouldBe("VALIDATION_ERROR");
        Fault(() => Writer.Create(Definition("one") with { Tools = ["nothing"] })).ShouldBe("TOOL_NOT_FOUND");
        Directory.Exists(Path.Combine(_files.Project, ".qwen")).ShouldBeFalse();
    }

    [Fact]
    public void A_file_system_that_refuses_is_told_apart()
    {
        _files.Write("work/project/.qwen/agents", "a file where a folder should be");

        Fault(() => Writer.Create(Definition("one"))).ShouldBe("FILE_ERROR");
    }

    [Fact]
    public void An_update_keeps_keys_that_mean_nothing_here()
    {
        var file = _files.Write("home/.qwen/agents/x.md", "---\nhooks:\n  Stop: [{a: 1}]\nname: one\ndescription: d\n---\nYou do things.");

        Writer.Update("ONE", null, static agent => agent with { Description = "new: text" }).ShouldBe(file);

        File.ReadAllText(file).ShouldBe("---\nname: one\ndescription: \"new: text\"\nhooks:\n  Stop: [{a: 1}]\n---\n\nYou do things.\n");
    }

    [Fact]
    public void An_update_of_what_is_not_there_or_not_ours_is_refused()
    {
        Shipped();

        Fault(() => Writer.Update("nobody", null, static agent => agent)).ShouldBe("NOT_FOUND");
        Fault(() => Writer.Update("shipped", null, static agent => agent)).ShouldBe("INVALID_CONFIG");
        Fault(() => Writer.Update("one", AgentLevel.Session, static agent => agent)).ShouldBe("INVALID_CONFIG");
    }

    [Fact]
    public void Deleting_without_a_level_removes_the_projects_and_the_persons_file()
    {
        Writer.Create(Definition("one"));
        Writer.Create(Definition("one") with { Level = AgentLevel.User });

        Writer.Delete("one").Count.ShouldBe(2);

        Fault(() => Writer.Delete("one")).ShouldBe("NOT_FOUND");
    }

    [Fact]
    public void Deleting_at_a_level_leaves_the_other()
    {
        Writer.Create(Definition("one"));
        var user = Writer.Create(Definition("one") with { Level = AgentLevel.User });

        Writer.Delete("one", AgentLevel.User).ShouldBe([user]);
        Writer.Delete("one", AgentLevel.Project).ShouldHaveSingleItem();
    }

    [Fact]
    public void What_is_shipped_cannot_be_deleted_even_where_a_file_has_its_name()
    {
        Shipped();
        var file = Writer.Create(Definition("shipped"));

        Fault(() => Writer.Delete("shipped")).ShouldBe("INVALID_CONFIG");
        Fault(() => Writer.Delete("x", AgentLevel.Extension)).ShouldBe("INVALID_CONFIG");
        File.Exists(file).ShouldBeTrue();
    }

    public void Dispose() => _files.Dispose();

    private static AgentDefinition Definition(string name) => new() { Name = name, Description = "Does things", SystemPrompt = "You do things." };

    private static string Fault(Action action) => Should.Throw<AgentFileException>(action).Code;

    private void Shipped() => _files.Write("shipped/x.md", "---\nname: Shipped\ndescription: d\n---\nYou do things.");
}
