using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Settings that are shown and changed by command.</summary>
public sealed class ConfigTests
{
    private const string File1 = "// mine\n{\n  \"$version\": 3,\n  // the model\n  \"model\": { \"name\": \"a\" }, // behind\n  \"security\": { \"auth\": { \"apiKey\": \"sk-very-secret\" } },\n  \"env\": { \"TOKEN\": \"abc-secret\" },\n  \"modelProviders\": { \"openai\": [{ \"id\": \"m\", \"envKey\": \"M_KEY\", \"generationConfig\": { \"customHeaders\": { \"X-Key\": \"hidden-secret\" } } }] }\n}\n";

    [Fact]
    public async Task Values_are_listed_with_their_places_and_without_secrets()
    {
        await using var room = new Room();
        var file = room.WriteHome(".qwen/settings.json", File1);
        room.Write(".qwen/settings.json", """{"$version":3,"model":{"name":"b"}}""");

        var list = await room.RunAsync("config", "list", "--show-origin");
        var json = await room.RunAsync("config", "list", "--json");

        list.ExitCode.ShouldBe(0, list.Error);
        list.Output.ShouldContain($"{Path.Combine(room.Workspace, ".qwen", "settings.json")}:1\tmodel.name=b\n");
        list.Output.ShouldContain($"{file}:6\tsecurity.auth.apiKey=********\n");
        list.Output.ShouldContain("M_KEY");
        Room.Json(json.Output.ReplaceLineEndings(" "))[0].EnumerateArray().Select(static one => one.GetProperty("key").GetString()).ShouldContain("env.TOKEN");
        (list.Output + json.Output).ShouldNotContain("-secret");
    }

    [Fact]
    public async Task A_value_is_set_and_taken_out_and_the_rest_of_the_file_stays_as_it_is()
    {
        await using var room = new Room();
        var file = room.WriteHome(".qwen/settings.json", File1);

        (await room.RunAsync("config", "set", "model.name", "c")).ExitCode.ShouldBe(0);
        (await room.RunAsync("config", "get", "model.name")).Output.ShouldBe("c\n");
        System.IO.File.ReadAllText(file).ShouldBe(File1.Replace("\"a\"", "\"c\"", StringComparison.Ordinal));
        (await room.RunAsync("config", "set", "model.maxSessionTurns", "7", "--scope", "project")).ExitCode.ShouldBe(0);
        System.IO.File.ReadAllText(Path.Combine(room.Workspace, ".qwen", "settings.json")).ShouldContain("\"maxSessionTurns\": 7");

        (await room.RunAsync("config", "unset", "model.name")).ExitCode.ShouldBe(0);
        System.IO.File.ReadAllText(file).ShouldStartWith("// mine\n{\n  \"$version\": 3,\n  // the model\n");
        (await room.RunAsync("config", "get", "model.name")).ShouldSatisfyAllConditions(
            static result => result.ExitCode.ShouldBe(1), static result => result.Error.ShouldContain("'model.name' is not set."));
    }

    [Theory]
    [InlineData("set", "model.nam", "x", "Did you mean 'model.name'?")]
    [InlineData("set", "model.maxSessionTurns", "many", "must be a whole number")]
    [InlineData("set", "model", "x", "holds other settings")]
    [InlineData("get", "modle.name", null, "is not known")]
    public async Task What_is_not_known_or_does_not_fit_is_refused_and_nothing_changes(string verb, string key, string? value, string message)
    {
        await using var room = new Room();
        var file = room.WriteHome(".qwen/settings.json", File1);

        var result = await room.RunAsync(["config", verb, key, .. value is null ? Array.Empty<string>() : [value]]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain($"'{key}'");
        result.Error.ShouldContain(message);
        System.IO.File.ReadAllText(file).ShouldBe(File1);
    }

    [Fact]
    public async Task The_schema_is_printed_and_a_default_is_shown()
    {
        await using var room = new Room();

        var schema = Room.Json((await room.RunAsync("config", "schema")).Output.ReplaceLineEndings(" "))[0];

        schema.GetProperty("properties").GetProperty("model").GetProperty("properties").GetProperty("name").GetProperty("type")[0].GetString().ShouldBe("string");
        (await room.RunAsync("config", "get", "context.clearContextOnIdle.toolResultsNumToKeep")).Output.ShouldBe("5\n");
    }
}
