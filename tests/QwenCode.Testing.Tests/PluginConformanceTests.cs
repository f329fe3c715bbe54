using Microsoft.Extensions.DependencyInjection;

namespace QwenCode.Testing.Tests;

public sealed class PluginConformanceTests
{
    [Theory]
    [InlineData("SmallestPlugin")]
    [InlineData("SmallestSemanticKernelPlugin")]
    public Task A_good_plugin_meets_every_rule(string plugin) => PluginConformance.VerifyAsync(PluginUnderTest.Folder(plugin));

    [Fact]
    public async Task A_plugin_that_needs_services_gets_those_of_the_test()
    {
        var folder = PluginUnderTest.Folder("Fixtures.SemanticKernel.Plugin");
        await using var services = new ServiceCollection().AddSingleton<Func<string, string>>(static text => text).BuildServiceProvider();

        (await Should.ThrowAsync<PluginConformanceException>(
            () => PluginConformance.VerifyLoadingAsync(folder))).Message.ShouldContain("Register the service");
        await PluginConformance.VerifyAsync(folder, services);
    }

    [Fact]
    public async Task A_plugin_with_a_faulty_tool_does_not_list_and_the_message_names_the_tool()
    {
        var exception = await Should.ThrowAsync<PluginConformanceException>(
            () => PluginConformance.VerifyListingAsync(PluginUnderTest.Folder("Fixtures.Broken")));

        exception.Message.ShouldStartWith("The plugin does not list its tools: ");
        exception.Message.ShouldContain("Fixtures.Broken.dll");
    }

    [Fact]
    public async Task A_folder_without_tools_is_no_plugin()
    {
        using var workspace = new TempWorkspace();
        File.Copy(typeof(PluginConformance).Assembly.Location, workspace.PathOf("QwenCode.Testing.dll"));

        await Should.ThrowAsync<PluginConformanceException>(() => PluginConformance.VerifyListingAsync(workspace.Project));
    }

    [Fact]
    public async Task A_plugin_that_something_holds_loads_but_does_not_unload()
    {
        var folder = PluginUnderTest.Folder("Fixtures.Unruly");

        await PluginConformance.VerifyListingAsync(folder);
        await PluginConformance.VerifyLoadingAsync(folder);
        var exception = await Should.ThrowAsync<PluginConformanceException>(() => PluginConformance.VerifyUnloadingAsync(folder));

        exception.Message.ShouldStartWith("The plugin does not unload");
    }

    [Fact]
    public async Task The_folder_itself_is_left_as_it_is()
    {
        var folder = PluginUnderTest.Folder("SmallestPlugin");
        var before = Directory.GetFiles(folder).Order().ToList();

        await PluginConformance.VerifyUnloadingAsync(folder);

        Directory.GetFiles(folder).Order().ShouldBe(before);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_reported_as_such() =>
        (await Should.ThrowAsync<DirectoryNotFoundException>(
            () => PluginConformance.VerifyAsync("/no/such/folder"))).Message.ShouldContain("/no/such/folder");

    [Fact]
    public void A_plugin_that_is_not_beside_the_tests_is_reported_with_the_reference_to_add() =>
        Should.Throw<DirectoryNotFoundException>(
            () => PluginUnderTest.Folder("Missing")).Message.ShouldContain("OutputItemType=\"PluginUnderTest\"");
}
