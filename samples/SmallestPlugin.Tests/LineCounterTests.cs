using QwenCode.Sessions;
using QwenCode.Testing;
using Xunit;

namespace SmallestPlugin.Tests;

/// <summary>Tests a plugin as it is installed: the folder with its DLL, in the whole framework.</summary>
public sealed class LineCounterTests
{
    private static readonly string Plugin = PluginUnderTest.Folder("SmallestPlugin");

    [Fact]
    public Task It_lists_loads_survives_cancellation_and_unloads() => PluginConformance.VerifyAsync(Plugin);

    [Fact]
    public async Task It_counts_the_lines_of_a_file()
    {
        await using var host = new TestHost(static options => options.PluginDirectories.Add(Plugin));
        var path = host.Workspace.Write("poem.txt", "one\ntwo\nthree\n");

        var result = await host.CallAsync("count_lines", $$"""{"path":"{{path}}"}""");

        Assert.Equal("3", result.Content.ToText());
    }

    [Fact]
    public async Task The_model_gets_the_number()
    {
        await using var host = new TestHost(static options => options.PluginDirectories.Add(Plugin));
        var path = host.Workspace.Write("poem.txt", "one\ntwo\nthree\n");
        host.Model.When(lastUser: "How long").Calls("count_lines", $$"""{"path":"{{path}}"}""").Then.Says("${last} lines.");

        var run = await host.RunAsync("How long is the poem?");

        Assert.Equal("3 lines.", run.Text);
        Assert.Contains("count_lines", host.Requests[0].Tools);
        Assert.Equal(["3"], host.Requests[1].Results("count_lines"));
    }

    [Fact]
    public async Task A_file_that_does_not_exist_is_an_error_the_model_can_read()
    {
        await using var host = new TestHost(static options => options.PluginDirectories.Add(Plugin));
        host.Model.Calls("count_lines", """{"path":"/no/such/file"}""").Says("There is no such file.");

        var run = await host.RunAsync("How long is /no/such/file?");

        Assert.Equal(ToolCallStatus.Error, Assert.Single(run.Calls).Status);
        Assert.Contains("/no/such/file", Assert.Single(host.Requests[1].Results()));
    }
}
