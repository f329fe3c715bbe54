namespace QwenCode.Architecture.Tests;

public class HouseTests
{
    private const string Platform = "QwenCode.Platform";

    private static readonly string[] Rooms =
    [
        "QwenCode.Kernel", "QwenCode.Permissions", "QwenCode.Hooks", "QwenCode.Models", "QwenCode.Definitions", "QwenCode.Plugins", "QwenCode.Mcp", "QwenCode.Storage",
        "QwenCode.Configuration", "QwenCode.SemanticKernel",
    ];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["QwenCode.Abstractions"] = [],
        [Platform] = [],
        ["QwenCode.Protocol"] = ["QwenCode.Abstractions", Platform],
        ["QwenCode.Hosting"] = ["QwenCode.Abstractions", Platform, .. Rooms],
        // A loader for the room of plugins, brought by another library; only programs and hosts choose it.
        ["QwenCode.Plugins.McMaster"] = ["QwenCode.Plugins"],
        // Not a room of Hosting's: its packages are only there for the model that wants them.
        ["QwenCode.SemanticKernel.OpenAI"] = ["QwenCode.Hosting"],
        ["QwenCode.Cli"] = ["QwenCode.Hosting", "QwenCode.Protocol", "QwenCode.Plugins.McMaster", "QwenCode.SemanticKernel.OpenAI", Platform],
        ["QwenCode.Testing"] = ["QwenCode.Hosting"],
        // What it talks to is another process.
        ["QwenCode.Client"] = [Platform],
    };

    public static TheoryData<string> Sources => [.. Repository.Projects("src")];

    public static TheoryData<string> Plugins => [.. Repository.Projects("plugins")];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_room_sees_only_the_rooms_it_may_see(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var allowed = Rooms.Contains(name) ? ["QwenCode.Abstractions", Platform] : Allowed[name];

        Repository.References(project).Except(allowed).ShouldBeEmpty();
    }

    [Fact]
    public void The_contract_brings_two_packages_and_nothing_else() =>
        Repository.Packages(Repository.Projects("src").Single(static project => project.EndsWith("QwenCode.Abstractions.csproj", StringComparison.Ordinal)))
            .ShouldBe(["Microsoft.Extensions.AI.Abstractions", "Microsoft.Extensions.Logging.Abstractions"]);

    [Fact]
    public void The_platform_brings_no_packages() =>
        Repository.Packages(Repository.Projects("src").Single(static project => project.EndsWith("QwenCode.Platform.csproj", StringComparison.Ordinal))).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Plugins))]
    public void A_shipped_plugin_sees_the_contract_alone(string project) => Repository.References(project).ShouldBeEmpty();

    [Fact]
    public void Every_room_has_tests()
    {
        var tested = Repository.Projects("tests").Select(static project => Path.GetFileNameWithoutExtension(project)).ToHashSet();

        Repository.Projects("src").Concat(Repository.Projects("plugins")).Select(static project => Path.GetFileNameWithoutExtension(project) + ".Tests")
            .Where(name => !tested.Contains(name)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_room_is_a_package_that_says_what_it_is_for_and_the_program_is_none(string project)
    {
        var text = File.ReadAllText(project);

        text.Contains("<IsPackable>false</IsPackable>", StringComparison.Ordinal).ShouldBe(project.EndsWith("QwenCode.Cli.csproj", StringComparison.Ordinal));
        (text.Contains("<Description>", StringComparison.Ordinal) || text.Contains("<IsPackable>false", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "QwenCode.Framework.sln"));

        foreach (var folder in (string[])["src", "plugins", "tests", "samples", "eng"])
        {
            Repository.Projects(folder).Select(static project => Path.GetFileName(project))
                .Where(name => !solution.Contains(name, StringComparison.Ordinal)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_room_of_plugins_knows_semantic_kernel_by_name_only() =>
        Repository.Packages(Repository.Projects("src").Single(static project => project.EndsWith("QwenCode.Plugins.csproj", StringComparison.Ordinal))).ShouldBeEmpty();
}
