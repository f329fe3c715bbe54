using System.Text;
using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Tests;

public sealed class ManifestTests : IAsyncLifetime
{
    private const string Tool = """{"name":"echo","description":"d","parameters":{"type":"object"},"type":"Fixtures.Good.Sampler","method":"Echo"}""";

    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Theory]
    [InlineData("{\n\"name\": \"a\",\n oops }", "no valid JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("""{"assembly":"a.dll","tools":[]}""", "'name' is missing")]
    [InlineData("""{"name":"../a","assembly":"a.dll","tools":[]}""", "'name' is \"../a\"")]
    [InlineData("""{"name":"a","assembly":"../a.dll","tools":[]}""", "'assembly' is \"../a.dll\"")]
    [InlineData("""{"name":"a","assembly":"a.dll"}""", "'tools' is missing")]
    [InlineData("""{"name":"a","assembly":"a.dll","tools":[],"contract":"new"}""", "'contract' is \"new\"")]
    [InlineData("""{"name":"a","assembly":7,"tools":[]}""", "'assembly' must be a string")]
    [InlineData("""{"manifestVersion":9,"name":"a","assembly":"a.dll","tools":[]}""", "'manifestVersion' is 9")]
    [InlineData("""{"name":"a","assembly":"gone.dll","tools":[]}""", "there is no such file")]
    public void A_manifest_that_cannot_be_used_is_named_with_what_is_wrong(string json, string expected)
    {
        var folder = Path.Combine(_room.User, "a");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "plugin.json"), json);

        var fault = _room.Host().Report().AllFaults.ShouldHaveSingleItem();

        fault.File.ShouldBe(Path.Combine(folder, "plugin.json"));
        fault.Message.ShouldContain(expected);
        fault.Line.ShouldBe(json.Contains("oops") ? 3 : null);
    }

    [Theory]
    [InlineData("""{"name":"a b","parameters":{},"type":"T"}""", PluginFaultReason.InvalidName)]
    [InlineData("""{"name":"ab","type":"T"}""", PluginFaultReason.InvalidSchema)]
    [InlineData("""{"name":"ab","parameters":{"type":"array"},"type":"T"}""", PluginFaultReason.InvalidSchema)]
    [InlineData("""{"name":"ab","parameters":{"properties":{"x":{"anyOf":[{"type":"text"}]}}},"type":"T"}""", PluginFaultReason.InvalidSchema)]
    [InlineData("""{"name":"ab","parameters":{"required":"x"},"type":"T"}""", PluginFaultReason.InvalidSchema)]
    [InlineData("""{"name":"ab","parameters":{}}""", PluginFaultReason.InvalidManifest)]
    [InlineData("""{"name":"ab","parameters":{},"type":"T","kind":"Magic"}""", PluginFaultReason.InvalidManifest)]
    [InlineData("""{"name":"echo","parameters":{},"type":"T"}""", PluginFaultReason.DuplicateTool)]
    public void A_tool_that_cannot_be_used_is_left_out_and_the_others_stay(string tool, PluginFaultReason reason)
    {
        var manifest = Parse($$"""{"name":"a","assembly":"a.dll","tools":[{{Tool}},{{tool}}]}""");

        manifest.Tools.ShouldHaveSingleItem().Declaration.Name.ShouldBe("echo");
        manifest.Faults.ShouldHaveSingleItem().Reason.ShouldBe(reason);
    }

    [Fact]
    public void A_manifest_comes_back_as_it_was_written()
    {
        var manifest = Parse($$"""{"name":"a","version":"1.2","assembly":"a.dll","contract":"1.0","build":{"length":1,"sha256":"ab","mvid":"86ec11d3-5c6a-454d-8881-1ef3403b81c1"},"tools":[{{Tool}}]}""");

        var again = PluginManifestReader.Parse(PluginManifestWriter.Write(manifest), "again");

        PluginManifestWriter.Write(again).ShouldBe(PluginManifestWriter.Write(manifest));
        again.Stamp.ShouldBe(manifest.Stamp);
        again.Contract.ShouldBe(new Version(1, 0));
    }

    [Fact]
    public async Task A_manifest_of_another_build_is_noticed_and_made_anew()
    {
        var folder = _room.Install("Fixtures.Good");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "plugin.json"),
            $$"""{"name":"good","assembly":"Fixtures.Good.dll","build":{"length":1,"sha256":"ab","mvid":"86ec11d3-5c6a-454d-8881-1ef3403b81c1"},"tools":[]}""");
        var host = _room.Host();

        (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        host.Fault(PluginFaultReason.StaleManifest).File.ShouldEndWith("plugin.json");
    }

    [Fact]
    public async Task A_declaration_that_differs_from_the_manifest_is_reported()
    {
        var folder = _room.Install("Fixtures.Good");
        await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), $$"""{"name":"good","assembly":"Fixtures.Good.dll","tools":[{{Tool}}]}""");
        var host = _room.Host();

        (await host.TextAsync("echo", """{"text":"a"}""")).ShouldBe("a");

        host.Fault(PluginFaultReason.DeclarationDiffers).Tool.ShouldBe("echo");
    }

    [Fact]
    public async Task A_tool_the_assembly_does_not_have_is_reported()
    {
        var folder = _room.Install("Fixtures.Good");
        await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), $$"""{"name":"good","assembly":"Fixtures.Good.dll","tools":[{{Tool.Replace("Sampler", "Nobody")}}]}""");

        var report = await _room.Host().VerifyAsync();

        report.AllFaults.ShouldHaveSingleItem().Message.ShouldContain("no class Fixtures.Good.Nobody");
    }

    [Fact]
    public async Task A_cache_that_cannot_be_read_is_made_anew()
    {
        _room.Install("Fixtures.Good");
        _room.Host().Snapshot();
        var cached = Directory.GetFiles(Path.Combine(_room.Cache, "manifests")).ShouldHaveSingleItem();
        await File.WriteAllTextAsync(cached, "{ broken");

        (await _room.Host().TextAsync("edition")).ShouldBe("edition One of 1");
        (await File.ReadAllTextAsync(cached)).ShouldContain("\"edition\"");
    }

    private static PluginManifest Parse(string json) => PluginManifestReader.Parse(Encoding.UTF8.GetBytes(json), "plugin.json");
}
