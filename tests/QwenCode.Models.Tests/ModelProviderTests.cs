using QwenCode.Models.Scripting;

namespace QwenCode.Models.Tests;

public sealed class ModelProviderTests
{
    private static readonly ModelEntry Big = new() { Protocol = "openai", Id = "big", ApiKey = "k", ContextWindow = 10, Modalities = ModelModalities.Image };
    private static readonly ModelEntry Small = new() { Protocol = "openai", Id = "small", ApiKey = "k" };
    private static readonly ModelEntry Other = new() { Protocol = "house", Id = "big" };

    private static readonly ScriptedModel Scripted = new();
    private readonly ModelProvider _provider;

    public ModelProviderTests() => _provider = new ModelProvider([Big, Small, Other], protocols: new Dictionary<string, Func<ModelEntry, Microsoft.Extensions.AI.IChatClient>> { ["house"] = _ => Scripted });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("inherit")]
    [InlineData(" INHERIT ")]
    public void Nothing_said_is_the_parent_or_the_default(string? selector)
    {
        var small = _provider.Resolve("small");

        _provider.Resolve(selector).Id.ShouldBe("big");
        _provider.Resolve(selector, small).ShouldBeSameAs(small);
    }

    [Fact]
    public void Clients_are_shared()
    {
        _provider.Resolve("small").ShouldBeSameAs(_provider.Resolve("openai:small"));
        _provider.Resolve("new-one").ShouldBeSameAs(_provider.Resolve("new-one"));
    }

    [Fact]
    public void An_entry_says_what_its_model_can_do_and_a_name_says_it_otherwise()
    {
        var big = _provider.Default;
        var named = _provider.Resolve("claude-x", big);

        (big.ContextWindow, big.Modalities).ShouldBe((10, ModelModalities.Image));
        (named.Id, named.Protocol, named.ContextWindow, named.Modalities).ShouldBe(("claude-x", "openai", 200_000, ModelModalities.Image | ModelModalities.Pdf));
    }

    [Fact]
    public void A_bare_model_stays_with_its_parents_protocol()
    {
        var house = _provider.Resolve("house:big");

        house.Client.ShouldBeSameAs(Scripted);
        _provider.Resolve("big", house).ShouldBeSameAs(house);
        _provider.Resolve("big").Protocol.ShouldBe("openai");
    }

    [Fact]
    public void A_colon_after_a_word_that_is_no_protocol_belongs_to_the_id()
    {
        _provider.Resolve("qwen3:8b").Id.ShouldBe("qwen3:8b");
    }

    [Fact]
    public void A_client_of_the_host_is_asked_for_another_model_by_name()
    {
        var foreign = new ModelReference("a", "mine", new ScriptedModel());

        var other = _provider.Resolve("b", foreign);

        other.Client.ShouldBeSameAs(foreign.Client);
        (other.Id, other.Options!.ModelId).ShouldBe(("b", "b"));
    }

    [Theory]
    [InlineData(null, "Missing API key for OpenAI-compatible auth. Set 'security.auth.apiKey' in settings.json, or the environment variable 'OPENAI_API_KEY'.")]
    [InlineData("MY_KEY", "Missing API key for OpenAI-compatible auth. Set the environment variable 'MY_KEY'.")]
    public void A_missing_key_is_told_with_where_to_set_it(string? variable, string message)
    {
        var provider = new ModelProvider([new ModelEntry { Protocol = "openai", Id = "m", EnvKey = variable }]);

        var exception = Should.Throw<ModelException>(() => provider.Default);
        (exception.Fault, exception.Message).ShouldBe((ModelFault.NotConfigured, message));
    }

    [Fact]
    public void Nothing_configured_is_told()
    {
        Should.Throw<ModelException>(() => new ModelProvider([]).Default).Message.ShouldStartWith("No auth type is selected.");
        Should.Throw<ModelException>(() => new ModelProvider([]).Resolve("x")).Fault.ShouldBe(ModelFault.NotConfigured);
    }

    [Fact]
    public void A_server_on_this_machine_may_need_no_key()
    {
        new ModelProvider([new ModelEntry { Protocol = "openai", Id = "m", NeedsKey = false, BaseUrl = new Uri("http://127.0.0.1:1/v1") }]).Default.Id.ShouldBe("m");
    }
}
