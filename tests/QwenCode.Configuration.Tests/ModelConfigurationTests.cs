using QwenCode.Configuration.Models;
using QwenCode.Models;

namespace QwenCode.Configuration.Tests;

public sealed class ModelConfigurationTests : IDisposable
{
    private const string Catalogue = """
        "modelProviders": {
          "openai": [
            { "id": "big", "name": "Big one", "envKey": "BIG_KEY", "baseUrl": "http://big/v1", "generationConfig": { "timeout": 5, "samplingParams": { "temperature": 0.5 } } },
            { "id": "bare", "envKey": "BARE_KEY" },
            { "id": "keyless", "baseUrl": "http://local/v1" },
            { "id": "big", "envKey": "OTHER_KEY" }
          ],
          "anthropic": [{ "id": "claude", "envKey": "CLAUDE_KEY" }],
          "nobody": [{ "no": "id" }]
        }
        """;

    private readonly SettingsFixture _files = new();

    [Fact]
    public void Nothing_at_all_is_told_apart_from_too_little()
    {
        _files.Models().Default.Problem.ShouldBe(ModelProblem.NothingConfigured);

        _files.Environment["OPENAI_API_KEY"] = "k";

        var choice = _files.Models().Default;
        choice.Problem.ShouldBe(ModelProblem.NoProtocol);
        choice.Message!.ShouldStartWith("No auth type is selected.");
        choice.Message.ShouldContain("OPENAI_API_KEY");
    }

    [Fact]
    public void A_key_of_the_settings_is_not_sent_to_the_provider_of_the_environments_key()
    {
        _files.User("""
            {
                "$version": 3,
                "security": { "auth": { "selectedType": "openai", "apiKey": "of the settings" } },
                "model": { "name": "other" },
                "modelProviders": { "openai": [ { "id": "m", "envKey": "OPENAI_API_KEY", "baseUrl": "https://elsewhere.example/v1" } ] }
            }
            """);

        var model = _files.Models().Default.Model!;

        model.ApiKey.ShouldBe("of the settings");
        model.BaseUrl!.ToString().ShouldNotContain("elsewhere");
    }

    [Theory]
    [InlineData("OPENAI_API_KEY OPENAI_MODEL OPENAI_BASE_URL", "openai")]
    [InlineData("GEMINI_API_KEY GEMINI_MODEL", "gemini")]
    [InlineData("GOOGLE_API_KEY GOOGLE_MODEL", "vertex-ai")]
    [InlineData("ANTHROPIC_API_KEY ANTHROPIC_MODEL ANTHROPIC_BASE_URL", "anthropic")]
    [InlineData("ANTHROPIC_API_KEY ANTHROPIC_MODEL ANTHROPIC_BASE_URL OPENAI_API_KEY OPENAI_MODEL OPENAI_BASE_URL", "openai")]
    [InlineData("ANTHROPIC_API_KEY ANTHROPIC_MODEL ANTHROPIC_BASE_URL GEMINI_API_KEY GEMINI_MODEL", "gemini")]
    [InlineData("OPENAI_API_KEY OPENAI_BASE_URL", null)]
    [InlineData("OPENAI_API_KEY OPENAI_MODEL", null)]
    [InlineData("ANTHROPIC_API_KEY ANTHROPIC_MODEL", null)]
    public void The_environment_selects_the_first_complete_protocol(string variables, string? protocol)
    {
        Set(variables);

        var choice = _files.Models().Default;

        choice.IsUsable.ShouldBe(protocol is not null);
        choice.Model?.Protocol.ShouldBe(protocol);
    }

    [Fact]
    public void The_flag_beats_the_setting_which_beats_the_environment()
    {
        Set("OPENAI_API_KEY OPENAI_MODEL OPENAI_BASE_URL GEMINI_API_KEY GEMINI_MODEL GOOGLE_API_KEY GOOGLE_MODEL");
        _files.Models().Default.Model!.Protocol.ShouldBe("openai");

        _files.User("""{ "$version": 3, "security": { "auth": { "selectedType": "gemini" } } }""");

        _files.Models().Default.Model!.Protocol.ShouldBe("gemini");
        _files.Models(new ModelFlags(AuthType: "vertex-ai")).Default.Model!.Protocol.ShouldBe("vertex-ai");
    }

    [Fact]
    public void With_a_project_of_Google_Cloud_no_key_is_needed()
    {
        Set("GOOGLE_CLOUD_PROJECT GOOGLE_MODEL");

        var choice = _files.Models(new ModelFlags(AuthType: "vertex-ai")).Default;

        (choice.IsUsable, choice.Model!.ApiKey).ShouldBe((true, null));
    }

    [Theory]
    [InlineData("openai", "", "Missing API key for OpenAI-compatible auth. Set security.auth.apiKey in the settings or the 'OPENAI_API_KEY'", ModelProblem.MissingKey)]
    [InlineData("gemini", "GEMINI_MODEL", "GEMINI_API_KEY environment variable not found", ModelProblem.MissingKey)]
    [InlineData("vertex-ai", "GOOGLE_MODEL", "GOOGLE_API_KEY environment variable not found", ModelProblem.MissingKey)]
    [InlineData("anthropic", "ANTHROPIC_MODEL", "ANTHROPIC_API_KEY environment variable not found", ModelProblem.MissingKey)]
    [InlineData("anthropic", "ANTHROPIC_MODEL ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL environment variable not found.", ModelProblem.MissingBaseUrl)]
    [InlineData("gemini", "GEMINI_API_KEY", "No model is selected for gemini", ModelProblem.NoModel)]
    [InlineData("qwen-oauth", "", "The qwen-oauth service was discontinued", ModelProblem.Discontinued)]
    [InlineData("magic", "", "There is no auth type 'magic'", ModelProblem.UnknownProtocol)]
    public void What_is_missing_is_said(string protocol, string variables, string message, ModelProblem problem)
    {
        Set(variables);

        var choice = _files.Models(new ModelFlags(AuthType: protocol)).Default;

        choice.Problem.ShouldBe(problem);
        choice.Message!.ShouldStartWith(message);
    }

    [Fact]
    public void Another_protocol_than_the_enforced_one_is_refused()
    {
        Set("OPENAI_API_KEY OPENAI_MODEL OPENAI_BASE_URL");
        _files.User("""{ "$version": 3, "security": { "auth": { "enforcedType": "gemini" } } }""");

        _files.Models().Default.Message!.ShouldStartWith("The configured auth type is gemini, but the current auth type is openai.");
    }

    [Theory]
    [InlineData("flag", "env", "setting", "flag")]
    [InlineData(null, "env", "setting", "env")]
    [InlineData(null, null, "setting", "setting")]
    [InlineData(null, null, null, "qwen3.5-plus")]
    public void Model_key_and_address_follow_flag_variable_setting(string? flag, string? variable, string? setting, string model)
    {
        foreach (var name in (string[])["OPENAI_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"])
        {
            if (variable is not null)
            {
                _files.Environment[name] = variable;
            }
        }

        var value = setting is null ? "null" : $"\"{setting}\"";
        _files.User($$"""{ "$version": 3, "model": { "name": {{value}} }, "security": { "auth": { "selectedType": "openai", "apiKey": {{value}}, "baseUrl": {{value}} } } }""");

        var resolved = _files.Models(new ModelFlags(flag, null, flag, flag)).Default.Model!;

        resolved.Id.ShouldBe(model);
        resolved.ApiKey.ShouldBe(flag ?? variable ?? setting);
        resolved.BaseUrl.ShouldBe(flag ?? variable ?? setting);
        resolved.Source.ShouldBe(ModelSource.Runtime);
        resolved.Key.ShouldBe("$runtime|openai|" + model);
    }

    [Fact]
    public void A_key_without_an_address_is_for_DashScope()
    {
        var choice = _files.Models(new ModelFlags(AuthType: "openai", ApiKey: "k")).Default;

        choice.Model!.BaseUrl.ShouldBe("https://dashscope.aliyuncs.com/compatible-mode/v1");
        choice.IsUsable.ShouldBeTrue();
    }

    [Fact]
    public void An_entry_of_the_catalogue_is_a_sealed_package()
    {
        Set("OPENAI_API_KEY OPENAI_BASE_URL");
        _files.Environment["BARE_KEY"] = "bare-key";
        _files.User($$"""{ "$version": 3, {{Catalogue}}, "model": { "generationConfig": { "timeout": 9, "customHeaders": { "X": "y" } } }, "security": { "auth": { "selectedType": "openai" } } }""");

        var model = _files.Models(new ModelFlags("bare", ApiKey: "flag", BaseUrl: "http://flag")).Default.Model!;

        model.Source.ShouldBe(ModelSource.Catalogue);
        model.ApiKey.ShouldBe("bare-key");
        model.BaseUrl.ShouldBe("https://api.openai.com/v1");
        model.GenerationConfig.TimeoutMs.ShouldBeNull();
        model.GenerationConfig.CustomHeaders.ShouldBeNull();
    }

    [Theory]
    [InlineData("flag")]
    [InlineData("setting")]
    [InlineData("variable")]
    public void An_entry_is_found_by_flag_setting_or_variable(string by)
    {
        _files.Environment["BIG_KEY"] = "big-key";
        if (by == "variable")
        {
            _files.Environment["OPENAI_MODEL"] = "big";
        }

        var name = by == "setting" ? "\"model\": { \"name\": \"big\" }," : string.Empty;
        _files.User($$"""{ "$version": 3, {{name}} {{Catalogue}}, "security": { "auth": { "selectedType": "openai" } } }""");

        var model = _files.Models(new ModelFlags(by == "flag" ? "big" : null)).Default.Model!;

        (model.Name, model.ApiKey, model.BaseUrl).ShouldBe(("Big one", "big-key", "http://big/v1"));
        model.GenerationConfig.TimeoutMs.ShouldBe(5);
        model.GenerationConfig.SamplingParams!.Value.GetRawText().ShouldBe("""{"temperature":0.5}""");
    }

    [Theory]
    [InlineData("big", "Missing API key for OpenAI-compatible auth. Set the 'BIG_KEY' environment variable.")]
    public void The_key_of_an_entry_comes_only_from_its_own_variable(string id, string message)
    {
        Set("OPENAI_API_KEY OPENAI_BASE_URL");
        _files.User($$"""{ "$version": 3, {{Catalogue}}, "security": { "auth": { "selectedType": "openai", "apiKey": "k" } } }""");

        var choice = _files.Models(new ModelFlags(id)).Default;

        choice.Message!.ShouldStartWith(message);
        choice.Message.ShouldNotContain("OPENAI_API_KEY");
    }

    [Fact]
    public void An_entry_with_an_address_of_its_own_and_no_variable_needs_no_key_and_gets_none()
    {
        Set("OPENAI_API_KEY OPENAI_BASE_URL");
        _files.User($$"""{ "$version": 3, {{Catalogue}}, "security": { "auth": { "selectedType": "openai", "apiKey": "k" } } }""");

        var choice = _files.Models(new ModelFlags("keyless")).Default;

        (choice.IsUsable, choice.Model!.ApiKey, choice.Model.BaseUrl).ShouldBe((true, null, "http://local/v1"));
    }

    [Theory]
    [InlineData("claude-sonnet-4", "modelProviders.anthropic holds 'claude-sonnet-4'")]
    [InlineData("gemini-2.5-pro", "modelProviders.gemini holds 'gemini-2.5-pro'")]
    [InlineData("claude-other", "no model of the provider that the key belongs to")]
    public void A_model_of_another_provider_is_not_asked_for_with_the_key_of_this_one(string model, string message)
    {
        _files.Environment["OPENAI_API_KEY"] = "openai-key";
        _files.Environment["ANTHROPIC_API_KEY"] = "anthropic-key";
        _files.User("""
            { "$version": 3, "security": { "auth": { "selectedType": "openai" } }, "modelProviders": {
              "openai": [{ "id": "gpt-4o", "envKey": "OPENAI_API_KEY", "baseUrl": "https://api.openai.com/v1" }],
              "anthropic": [{ "id": "claude-sonnet-4", "envKey": "ANTHROPIC_API_KEY", "baseUrl": "https://api.anthropic.com" }],
              "gemini": [{ "id": "gemini-2.5-pro", "envKey": "GEMINI_API_KEY" }] } }
            """);

        var choice = ModelConfiguration.Resolve(_files.Load(), new ModelFlags(model), spoken: ["openai"]).Default;

        choice.IsUsable.ShouldBeFalse();
        var said = choice.Message.ShouldNotBeNull();
        said.ShouldContain(message);
        said.ShouldNotContain("-key");
    }

    [Fact]
    public void A_model_in_no_list_is_asked_for_where_its_key_belongs()
    {
        _files.Environment["OPENAI_API_KEY"] = "openai-key";
        _files.User("""{ "$version": 3, "modelProviders": { "openai": [{ "id": "a", "envKey": "OPENAI_API_KEY", "baseUrl": "https://own.example/v1" }] } }""");

        _files.Models(new ModelFlags("b")).Default.Model!.BaseUrl.ShouldBe("https://own.example/v1");
    }

    [Theory]
    [InlineData("gpt-4o", "https://api.openai.com/v1")]
    [InlineData("o3-mini", "https://api.openai.com/v1")]
    [InlineData("qwen3-max", "https://dashscope.aliyuncs.com/compatible-mode/v1")]
    public void Without_an_address_the_model_decides_where_its_key_goes(string model, string url)
    {
        _files.Environment["OPENAI_API_KEY"] = "k";

        _files.Models(new ModelFlags(model, "openai")).Default.Model!.BaseUrl.ShouldBe(url);
    }

    [Theory]
    [InlineData("openai-responses", true, "'openai' is used")]
    [InlineData("house", false, "It is ignored")]
    public void An_auth_type_of_another_version_is_understood_or_ignored(string type, bool isKin, string says)
    {
        if (!isKin)
        {
            Set("OPENAI_API_KEY OPENAI_MODEL OPENAI_BASE_URL");
        }

        _files.Environment["OPENAI_API_KEY"] = "k";
        _files.User($$"""{ "$version": 3, "security": { "auth": { "selectedType": "{{type}}" } } }""");

        var models = _files.Models();

        models.Default.Model!.Protocol.ShouldBe("openai");
        models.Warnings.ShouldHaveSingleItem().ShouldContain(says);
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("vertex-ai")]
    public void An_auth_type_nobody_speaks_is_refused_with_those_that_are_spoken(string type)
    {
        var choice = ModelConfiguration.Resolve(_files.Load(), new ModelFlags(AuthType: type), spoken: ["openai"]).Default;

        choice.Problem.ShouldBe(ModelProblem.UnknownProtocol);
        choice.Message!.ShouldContain("Use one of openai;");
    }

    [Fact]
    public void An_unknown_model_with_credentials_is_used_as_it_is()
    {
        Set("OPENAI_API_KEY OPENAI_BASE_URL");
        _files.User($$"""{ "$version": 3, {{Catalogue}}, "security": { "auth": { "selectedType": "openai" } } }""");

        var models = _files.Models(new ModelFlags("new"));

        models.Default.Model!.Key.ShouldBe("$runtime|openai|new");
        models.Models.Select(static model => model.Id).ShouldBe(["new", "big", "bare", "keyless", "claude"]);
    }

    [Fact]
    public void An_unknown_model_without_credentials_gives_way_to_the_first_entry_and_that_is_said()
    {
        _files.Environment["BIG_KEY"] = "k";
        _files.User($$"""{ "$version": 3, {{Catalogue}}, "security": { "auth": { "selectedType": "openai" } } }""");

        var models = _files.Models(new ModelFlags("unknown"));

        models.Default.Model!.Id.ShouldBe("big");
        models.Warnings.ShouldHaveSingleItem().ShouldContain("'unknown'");
    }

    [Fact]
    public void An_anthropic_entry_without_an_address_is_asked_at_its_vendor()
    {
        _files.Environment["CLAUDE_KEY"] = "k";
        _files.User($$"""{ "$version": 3, {{Catalogue}} }""");

        var choice = _files.Models(new ModelFlags("claude")).Default;

        (choice.Problem, choice.Model!.BaseUrl, choice.Model.ApiKey).ShouldBe((ModelProblem.None, "https://api.anthropic.com", "k"));
    }

    [Fact]
    public void An_entry_without_an_id_is_left_out_with_a_warning_that_names_its_place()
    {
        var file = _files.User("{ \"$version\": 3, \"modelProviders\": { \"openai\": [{ \"id\": \"a\" },\n{ \"name\": \"b\" }] } }");

        var models = _files.Models();

        models.Warnings.ShouldHaveSingleItem().ShouldStartWith($"{file}:2: 'modelProviders.openai[1]'");
        models.Catalogue.Select(model => model.Id).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("inherit", "openai", "big", "big-key")]
    [InlineData(null, "openai", "big", "big-key")]
    [InlineData("sibling", "openai", "sibling", "big-key")]
    [InlineData("foo:bar", "openai", "foo:bar", "big-key")]
    [InlineData("bare", "openai", "bare", "bare-key")]
    [InlineData("gemini:pro", "gemini", "pro", "gemini-key")]
    public void Selectors_find_models_and_never_carry_a_key_to_another_protocol(string? selector, string protocol, string id, string key)
    {
        _files.Environment["BIG_KEY"] = "big-key";
        _files.Environment["BARE_KEY"] = "bare-key";
        _files.Environment["GEMINI_API_KEY"] = "gemini-key";
        _files.User($$"""{ "$version": 3, {{Catalogue}}, "security": { "auth": { "selectedType": "openai" } } }""");

        var choice = _files.Models(new ModelFlags("big")).Select(selector);

        choice.IsUsable.ShouldBeTrue(choice.Message);
        (choice.Model!.Protocol, choice.Model.Id, choice.Model.ApiKey).ShouldBe((protocol, id, key));
    }

    [Theory]
    [InlineData("anthropic:x", "ANTHROPIC_API_KEY environment variable not found")]
    [InlineData("anthropic:claude", "Missing credentials for modelProviders model 'claude'.")]
    [InlineData("qwen-oauth:x", "The qwen-oauth service was discontinued")]
    [InlineData("gemini:", "'gemini:' names no model.")]
    public void A_selector_without_credentials_says_what_is_missing(string selector, string message)
    {
        _files.Environment["BIG_KEY"] = "big-key";
        _files.User($$"""{ "$version": 3, {{Catalogue}} }""");

        _files.Models(new ModelFlags("big")).Select(selector).Message!.ShouldStartWith(message);
    }

    [Fact]
    public void External_credentials_are_not_checked()
    {
        _files.User("""{ "$version": 3, "security": { "auth": { "selectedType": "openai", "useExternal": true } } }""");

        _files.Models().Default.IsUsable.ShouldBeTrue();
    }

    [Fact]
    public void All_generation_settings_are_read()
    {
        _files.Environment["KEY"] = "secret";
        _files.User("""
            { "$version": 3, "security": { "auth": { "selectedType": "openai", "apiKey": "k" } }, "model": { "generationConfig": {
              "timeout": 1000, "maxRetries": 0, "retryErrorCodes": [1302], "samplingParams": { "top_p": 0.9 }, "reasoning": false, "enableCacheControl": false,
              "schemaCompliance": "openapi_30", "contextWindowSize": 4096, "modalities": { "image": true, "video": true, "pdf": false },
              "customHeaders": { "X-Key": "$KEY" }, "extra_body": { "enable_thinking": true } } } }
            """);

        var config = _files.Models().Default.Model!.GenerationConfig;

        config.TimeoutMs.ShouldBe(1000);
        config.MaxRetries.ShouldBe(0);
        config.RetryErrorCodes.ShouldBe([1302]);
        config.SamplingParams!.Value.GetRawText().ShouldBe("""{"top_p":0.9}""");
        config.Reasoning!.Value.GetRawText().ShouldBe("false");
        config.EnableCacheControl.ShouldBe(false);
        config.SchemaCompliance.ShouldBe("openapi_30");
        config.ContextWindowSize.ShouldBe(4096);
        config.Modalities.ShouldBe(ModelModalities.Image | ModelModalities.Video);
        config.CustomHeaders!["x-key"].ShouldBe("secret");
        config.ExtraBody!.Value.GetRawText().ShouldBe("""{"enable_thinking":true}""");
    }

    [Theory]
    [InlineData("\"timeout\": -1", "timeout")]
    [InlineData("\"timeout\": \"soon\"", "timeout")]
    [InlineData("\"samplingParams\": []", "samplingParams")]
    [InlineData("\"schemaCompliance\": \"x\"", "schemaCompliance")]
    [InlineData("\"retryErrorCodes\": [\"a\"]", "retryErrorCodes[0]")]
    [InlineData("\"modalities\": { \"image\": 1 }", "modalities.image")]
    [InlineData("\"customHeaders\": { \"a\": [] }", "customHeaders.a")]
    public void A_generation_setting_of_the_wrong_kind_is_ignored_with_a_warning_that_names_its_key(string setting, string key)
    {
        _files.User($$"""{ "$version": 3, "security": { "auth": { "selectedType": "openai" } }, "model": { "generationConfig": { {{setting}} } } }""");

        _files.Models().Warnings.ShouldHaveSingleItem().ShouldContain($"'model.generationConfig.{key}'");
    }

    [Fact]
    public void A_protocol_of_the_hosts_own_needs_no_key_and_gets_none()
    {
        Set("OPENAI_API_KEY");
        _files.User("""{ "$version": 3, "modelProviders": { "house": [{ "id": "first" }, { "id": "second" }] } }""");

        var models = ModelConfiguration.Resolve(_files.Load(), hostProtocols: ["house"]);

        (models.Default.IsUsable, models.Default.Model!.Protocol, models.Default.Model.Id).ShouldBe((true, "house", "first"));
        models.Select("house:second").Model!.Source.ShouldBe(ModelSource.Catalogue);
        var other = models.Select("house:third");
        (other.IsUsable, other.Model!.Id, other.Model.ApiKey, other.Model.BaseUrl).ShouldBe((true, "third", null, null));
        _files.Models().Catalogue.ShouldBeEmpty();
    }

    [Fact]
    public void The_connector_is_found_as_openai_is_where_the_host_offers_it()
    {
        Set("OPENAI_API_KEY OPENAI_BASE_URL OPENAI_MODEL");
        var flags = new ModelFlags(AuthType: "sk-openai");

        var model = ModelConfiguration.Resolve(_files.Load(), flags, ["sk-openai"]).Default.Model!;

        (model.Protocol, model.Id, model.ApiKey, model.BaseUrl, model.EnvKeyName).ShouldBe(
            ("sk-openai", _files.Load().Variable("OPENAI_MODEL"), _files.Load().Variable("OPENAI_API_KEY"), _files.Load().Variable("OPENAI_BASE_URL"), "OPENAI_API_KEY"));
        ModelConfiguration.Resolve(_files.Load(), flags).Default.Problem.ShouldBe(ModelProblem.UnknownProtocol);

        // Without the flag, the variables mean what they always meant.
        ModelConfiguration.Resolve(_files.Load(), hostProtocols: ["sk-openai"]).Default.Model!.Protocol.ShouldBe("openai");
    }

    [Theory]
    [InlineData("""{ "id": "m" }""", false)]
    [InlineData("""{ "id": "m", "baseUrl": "http://127.0.0.1:1/v1" }""", true)]
    [InlineData("""{ "id": "m", "baseUrl": "http://127.0.0.1:1/v1", "envKey": "HOUSE_KEY" }""", false)]
    public void An_entry_for_the_connector_needs_a_key_unless_it_has_only_an_address(string entry, bool isUsable)
    {
        _files.User($$"""{ "$version": 3, "modelProviders": { "sk-openai": [{{entry}}] } }""");

        var models = ModelConfiguration.Resolve(_files.Load(), hostProtocols: ["sk-openai"]);

        (models.Default.Problem, models.Select("sk-openai:m").Problem).ShouldBe(isUsable ? (ModelProblem.None, ModelProblem.None) : (ModelProblem.MissingKey, ModelProblem.MissingKey));
    }

    [Fact]
    public void No_secret_is_printed()
    {
        var flags = new ModelFlags("m", "openai", "s3cret", "http://x");
        _files.User("""{ "$version": 3, "model": { "generationConfig": { "customHeaders": { "A": "s3cret" }, "extra_body": { "k": "s3cret" } } } }""");
        var choice = _files.Models(flags).Default;

        choice.Model!.ApiKey.ShouldBe("s3cret");
        $"{flags} {choice} {choice.Model} {choice.Model.GenerationConfig}".ShouldNotContain("s3cret");
    }

    public void Dispose() => _files.Dispose();

    private void Set(string variables)
    {
        foreach (var name in variables.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _files.Environment[name] = name.EndsWith("_URL", StringComparison.Ordinal) ? "http://host/v1" : name.ToLowerInvariant();
        }
    }
}
