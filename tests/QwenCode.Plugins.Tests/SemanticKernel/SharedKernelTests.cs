using System.Runtime.Loader;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Plugins.Loading;
using QwenCode.Tools;

namespace QwenCode.Plugins.Tests.SemanticKernel;

/// <summary>Who shares the library with the host, and what such a plugin sees of the agent that calls it.</summary>
public sealed class SharedKernelTests : IAsyncLifetime
{
    private const string Abstractions = "Microsoft.SemanticKernel.Abstractions";
    private const string VectorData = "Microsoft.Extensions.VectorData.Abstractions";
    private const string Same = "Fixtures.SemanticKernel.Plugin";
    private const string Older = "Fixtures.SemanticKernel.Older";
    private const string Own = "Fixtures.SemanticKernel.Own";

    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public void A_folder_with_the_hosts_build_shares_the_abstractions() =>
        SharedAssemblies.Of(PluginRoom.Fixture(Same)).Names.ShouldBe([Abstractions, VectorData]);

    [Theory]
    [InlineData(Older)]
    [InlineData("Microsoft.SemanticKernel.Abstractions")]
    [InlineData("SmallestPlugin")]
    public void Any_other_folder_shares_the_contract_alone(string fixture) => SharedAssemblies.Of(PluginRoom.Fixture(fixture)).Names.ShouldBeEmpty();

    [Fact]
    public void Another_build_of_the_same_version_is_not_shared()
    {
        var folder = _room.Install(Same);
        var path = Path.Combine(folder, Abstractions + ".dll");
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(typeof(Kernel).Module.ModuleVersionId.ToByteArray());
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);

        AssemblyBuild.Find(path).ShouldNotBeNull().Version.ShouldBe(typeof(Kernel).Assembly.GetName().Version);
        SharedAssemblies.Of(folder).Names.ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_whose_vector_data_is_newer_than_the_hosts_keeps_everything()
    {
        var folder = _room.Install(Same);
        var newer = Path.Combine(AppContext.BaseDirectory, "Microsoft.TestPlatform.CoreUtilities.dll");
        AssemblyBuild.Find(newer).ShouldNotBeNull().Version.Major.ShouldBeGreaterThan(10);
        File.Copy(newer, Path.Combine(folder, VectorData + ".dll"), overwrite: true);

        SharedAssemblies.Of(folder).Names.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_not_shared()
    {
        var folder = _room.Install(Same);
        File.WriteAllText(Path.Combine(folder, Abstractions + ".dll"), "MZ and no more");

        SharedAssemblies.Of(folder).Names.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Same, false)]
    [InlineData(Older, true)]
    public async Task Core_is_always_the_plugins_own(string fixture, bool hasAbstractions)
    {
        _room.Install(fixture);
        var host = _room.Host();
        await host.CallAsync("OrdersPlugin_Edition");

        var context = host.Plugins.ShouldHaveSingleItem().Generation!.Context!.Target.ShouldBeOfType<PluginLoadContext>();
        var own = context.Assemblies.Select(assembly => assembly.GetName().Name).ToList();

        own.ShouldContain("Microsoft.SemanticKernel.Core");
        own.Contains(Abstractions).ShouldBe(hasAbstractions);
        AssemblyLoadContext.Default.Assemblies.ShouldNotContain(assembly => assembly.GetName().Name == "Microsoft.SemanticKernel.Core");
    }

    [Fact]
    public async Task Two_plugins_each_have_their_version_of_the_library_at_the_same_time()
    {
        _room.Install(Same);
        _room.Install(Older, into: Path.Combine(_room.Root, "other"));
        var same = _room.Host();
        var older = _room.Host(folders: new PluginFolder(Path.Combine(_room.Root, "other"), PluginOrigin.User));

        (await same.TextAsync("OrdersPlugin_Edition")).ShouldBe("1.82.0 [audited]");
        (await older.TextAsync("OrdersPlugin_Edition")).ShouldBe("1.80.1 [audited]");
        (await same.TextAsync("OrdersPlugin_Edition")).ShouldBe("1.82.0 [audited]");
    }

    [Theory]
    [InlineData(Same)]
    [InlineData(Older)]
    public void What_is_filled_in_is_not_in_the_schema(string fixture)
    {
        _room.Install(fixture);

        var schema = _room.Host().Tool("Counter_Price").Declaration.Parameters;

        schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).ShouldBe(["count", "owner"]);
        schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["count", "owner"]);
    }

    [Fact]
    public async Task A_function_calls_the_hosts_functions_through_its_kernel()
    {
        _room.Install(Same);
        var agent = new AgentKernel("host");

        (await TextAsync("Counter_AskHost", "{}", agent)).ShouldBe("hello Ada [audited]");
    }

    [Fact]
    public async Task A_calls_kernel_has_the_plugins_own_and_the_agents_and_nothing_of_it_stays()
    {
        _room.Install(Same);
        var agent = new AgentKernel("host", "counter");
        const string expected = "Asker+Counter+OrdersPlugin+Prompts+Values+host with 1 filters, 0 left,  [audited]";

        (await TextAsync("Counter_Plugins", "{}", agent)).ShouldBe(expected);
        (await TextAsync("Counter_Plugins", "{}", agent)).ShouldBe(expected);

        agent.Kernel.Plugins.Select(plugin => plugin.Name).ShouldBe(["host", "counter"]);
        agent.Kernel.Data.ShouldBeEmpty();
        // The agent's filters are around the call, where the host runs them, and not in it once more.
        agent.Filtered.ShouldBe(0);
    }

    [Fact]
    public async Task Outside_a_session_the_kernel_is_the_plugins_own()
    {
        _room.Install(Same);

        (await TextAsync("Counter_Plugins", "{}", null)).ShouldBe("Asker+Counter+OrdersPlugin+Prompts+Values with 1 filters, 0 left,  [audited]");
    }

    [Fact]
    public async Task Services_are_the_plugins_own_first_and_then_the_agents_and_a_key_is_the_agents()
    {
        _room.Install(Same);
        var agent = new AgentKernel()
            .With<Func<int, string>>(static count => $"{count} plain")
            .With<Func<int, string>>(static count => $"{count} with tax", "tax")
            .With<Func<string, string>>(static _ => "the agent's");

        (await TextAsync("Counter_Price", """{"count":2,"owner":{"name":"Bo"}}""", agent)).ShouldBe("Bo 14 2 plain 2 with tax <b> [audited]");

        agent.Asked.ShouldNotContain(type => type.IsCollectible);
    }

    [Fact]
    public async Task Without_a_session_a_service_that_nobody_has_is_its_default()
    {
        _room.Install(Same);

        (await TextAsync("Counter_Price", """{"count":2,"owner":{"name":"Bo"}}""", null)).ShouldBe("Bo 14 nothing nothing <b> [audited]");
    }

    [Fact]
    public async Task A_plugin_with_a_copy_of_its_own_sees_nothing_of_the_agent()
    {
        _room.Install(Older);
        var agent = new AgentKernel("host").With<Func<int, string>>(static _ => "the agent's");

        (await TextAsync("Counter_Plugins", "{}", agent)).ShouldBe("Asker+Counter+OrdersPlugin+Prompts+Values with 1 filters, 0 left,  [audited]");
        (await TextAsync("Counter_Price", """{"count":2,"owner":{"name":"Bo"}}""", agent)).ShouldBe("Bo 14 nothing nothing <b> [audited]");

        agent.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_hosts_user_registered_for_their_kernels_does_not_get_into_a_plugins_kernel()
    {
        _room.Install(Same);
        var agent = new AgentKernel();
        var filters = agent.Kernel.FunctionInvocationFilters;
        await using var host = new PluginHost(new PluginHostOptions
        {
            Folders = [new PluginFolder(_room.User, PluginOrigin.User)],
            CacheDirectory = _room.Cache,
            Services = type => type == typeof(IFunctionInvocationFilter) ? filters[0]
                : type == typeof(KernelPluginCollection) ? new KernelPluginCollection { new HostPlugin("host") }
                : type == typeof(Kernel) ? agent.Kernel
                : type == typeof(Func<string, string>) ? static (string text) => text
                : null,
        });

        (await host.TextAsync("Counter_Plugins")).ShouldBe("Asker+Counter+OrdersPlugin+Prompts+Values with 1 filters, 0 left,  [audited]");
        agent.Filtered.ShouldBe(0);
    }

    [Fact]
    public async Task A_prompt_in_a_session_asks_the_sessions_model_whatever_else_is_registered_there()
    {
        _room.Install(Same);
        var agent = new AgentKernel().With(new Dictionary<Type, HashSet<object?>> { [typeof(IChatCompletionService)] = ["other"] }, "KernelServiceTypeToKeyMappings");

        var result = await _room.Host().Prepare("Prompts_Greet", "{}", static (_, question, _) => ValueTask.FromResult($"<{question}>"), agent).ExecuteAsync(default);

        result.Content.ToText().ShouldBe("<Say hello.>");
    }

    [Fact]
    public async Task What_a_constructor_got_asks_the_model_of_the_agent_that_calls()
    {
        _room.Install(Same);
        var host = _room.Host();
        var (one, other) = (new AgentKernel(), new AgentKernel());
        Task<string> AskAsync(AgentKernel agent, string name) => TextOfAsync(host.Prepare(
            "Asker_Ask", """{"question":"who?"}""", (_, question, _) => ValueTask.FromResult($"{name}:{question}"), agent));

        (await AskAsync(one, "one")).ShouldBe("one:who? one:who? one:who? 1 [audited]");
        (await AskAsync(other, "other")).ShouldBe("other:who? other:who? other:who? 1 [audited]");
        (await AskAsync(one, "one")).ShouldBe("one:who? one:who? one:who? 2 [audited]");
    }

    [Fact]
    public async Task Calls_of_two_agents_at_once_ask_each_their_own_model()
    {
        _room.Install(Same);
        var host = _room.Host();
        var bothAsk = new Barrier(2);
        Task<string> AskAsync(string name) => TextOfAsync(host.Prepare("Asker_Ask", """{"question":"who?"}""", async (_, _, _) =>
        {
            await Task.Run(() => bothAsk.SignalAndWait(TimeSpan.FromSeconds(10)));
            return name;
        }, new AgentKernel()));

        var answers = await Task.WhenAll(AskAsync("one"), AskAsync("other"));

        answers.ShouldBe(["one one one 1 [audited]", "other other other 1 [audited]"]);
    }

    [Fact]
    public async Task Outside_a_session_there_is_no_model_to_ask_and_the_call_says_so()
    {
        _room.Install(Same);

        var result = await _room.Host().CallAsync("Asker_Ask", """{"question":"who?"}""");

        result.Error!.Message.ShouldContain("There is no model to ask");
    }

    private static async Task<string> TextOfAsync(ToolInvocation call) => (await call.ExecuteAsync(default)).Content.ToText();

    [Fact]
    public void Our_own_marks_keep_kernels_and_services_out_of_the_schema()
    {
        _room.Install(Own);
        var host = _room.Host();

        Names("which_kernel").ShouldBe(["greeting"]);
        Names("ask_host").ShouldBeEmpty();
        Names("price").ShouldBe(["count"]);
        host.Report().AllFaults.ShouldBeEmpty();

        IEnumerable<string> Names(string tool) => host.Tool(tool).Declaration.Parameters.GetProperty("properties").EnumerateObject().Select(property => property.Name);
    }

    [Fact]
    public async Task Our_own_marks_get_the_agents_kernel_and_what_is_put_into_it_does_not_stay()
    {
        _room.Install(Own);
        var agent = new AgentKernel("host", "other");

        (await TextAsync("which_kernel", """{"greeting":"hi"}""", agent)).ShouldBe("hi: host+other, made with 0");
        (await TextAsync("ask_host", "{}", agent)).ShouldBe("hello Ada");

        agent.Kernel.Data.ShouldBeEmpty();
    }

    [Fact]
    public async Task Our_own_marks_get_the_plugins_kernel_if_there_is_no_session_or_the_library_is_another()
    {
        var folder = _room.Install(Own);
        var agent = new AgentKernel("host");
        (await TextAsync("which_kernel", """{"greeting":"hi"}""", null)).ShouldBe("hi: , made with 0");

        File.Copy(Path.Combine(PluginRoom.Fixture(Older), Abstractions + ".dll"), Path.Combine(folder, Abstractions + ".dll"), overwrite: true);

        (await TextAsync("which_kernel", """{"greeting":"hi"}""", agent)).ShouldBe("hi: , made with 0");
        agent.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Our_own_marks_get_services_with_and_without_a_key()
    {
        _room.Install(Own);
        var agent = new AgentKernel().With<Func<int, string>>(static count => $"{count} plain").With<Func<int, string>>(static count => $"{count} with tax", "tax");

        (await TextAsync("price", """{"count":3}""", agent)).ShouldBe("3 plain 3 with tax True");
    }

    [Fact]
    public async Task A_service_that_nobody_has_is_a_failed_call_that_names_it()
    {
        _room.Install(Own);

        var result = await _room.Host().Prepare("needy", "{}", services: new AgentKernel()).ExecuteAsync(default);

        var error = result.Error.ShouldNotBeNull();
        error.Type.ShouldBe(ToolError.ExecutionFailed);
        error.Message.ShouldContain("'service' cannot be filled in");
        error.Message.ShouldContain("with the key 'nowhere'");
    }

    private async Task<string> TextAsync(string tool, string json, IServiceProvider? services)
    {
        var result = await _room.Host().Prepare(tool, json, services: services).ExecuteAsync(default);
        result.Error.ShouldBeNull();
        return result.Content.ToText();
    }
}
