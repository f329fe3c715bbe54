namespace QwenCode.Configuration.Models;

/// <summary>Applies the rules of precedence between flags, catalogue, variables and single settings.</summary>
internal sealed class ModelResolution(
    Settings settings, ModelFlags flags, IReadOnlyList<ResolvedModel> catalogue, List<string> warnings, IReadOnlyList<string> hostProtocols,
    IReadOnlyList<string>? spoken)
{
    public ModelChoice Default()
    {
        var (protocol, named) = SelectProtocol();
        if (protocol is null)
        {
            return NoProtocol();
        }

        if (!Protocols.IsKnown(protocol) && !hostProtocols.Contains(protocol))
        {
            return new(null, ModelProblem.UnknownProtocol,
                $"There is no auth type '{protocol}' ({named}). Use one of {Offered}.");
        }

        if (settings.String("security.auth.enforcedType") is { Length: > 0 } enforced && enforced != protocol)
        {
            return new(null, ModelProblem.NotTheEnforcedProtocol,
                $"The configured auth type is {enforced}, but the current auth type is {protocol}. Select {enforced}: "
                + $"{settings.Origin("security.auth.enforcedType")} demands it.");
        }

        return protocol == Protocols.QwenOAuth ? Discontinued() : IsSpoken(protocol) ? DefaultOf(protocol) : NotSpoken(protocol, named);
    }

    /// <summary>Finds a model by id: in the catalogue, else with what is known for its protocol.</summary>
    public ModelChoice Find(string protocol, string id, ResolvedModel? parent)
    {
        if (protocol == Protocols.QwenOAuth)
        {
            return Discontinued();
        }

        if (!IsSpoken(protocol))
        {
            return NotSpoken(protocol, $"{protocol}:{id}");
        }

        if (id.Length == 0)
        {
            return new(null, ModelProblem.NoModel, $"'{protocol}:' names no model. Write the model's id behind the colon.");
        }

        if (parent is not null && parent.Protocol == protocol && parent.Id == id)
        {
            return Check(parent);
        }

        if (Entry(protocol, id) is { } entry)
        {
            return entry.ApiKey is null && NeedsKey(entry)
                ? new(entry, ModelProblem.MissingKey, $"Missing credentials for modelProviders model '{entry.Id}'. {KeyAdvice(entry)}")
                : Check(entry);
        }

        // A model of another provider's entry is asked there, with that provider's key, or not at all.
        if (Elsewhere(protocol, id) is { } other)
        {
            return IsSpoken(other.Protocol) ? Check(other) : NotSpoken(other.Protocol, $"modelProviders.{other.Protocol} holds '{id}'");
        }

        // Another model of the same provider is reached as its sibling is; another provider never sees this one's key.
        return Check(parent is not null && parent.Protocol == protocol
            ? parent with
            {
                Id = id,
                Name = id,
                Description = null,
                GenerationConfig = parent.GenerationConfig with { ContextWindowSize = null, Modalities = null },
            }
            : Runtime(protocol, id));
    }

    public ModelChoice Check(ResolvedModel model)
    {
        if (UsesExternalCredentials || IsHosts(model.Protocol))
        {
            return new(model);
        }

        if (model.ApiKey is null && NeedsKey(model))
        {
            return new(model, ModelProblem.MissingKey, MissingKey(model));
        }

        if (model is { Source: ModelSource.Runtime, Protocol: Protocols.OpenAI } && !HasOwnAddress && Protocols.IsOfAnotherVendor(model.Id))
        {
            return new(model, ModelProblem.MissingBaseUrl,
                $"'{model.Id}' is no model of the provider that the key belongs to, and the key is not sent elsewhere. Set OPENAI_BASE_URL "
                + $"to an address that offers it, or add an entry for it under modelProviders.");
        }

        if (model.Protocol == Protocols.Anthropic && model.BaseUrl is null)
        {
            return new(model, ModelProblem.MissingBaseUrl,
                "ANTHROPIC_BASE_URL environment variable not found. Set it, or security.auth.baseUrl in the settings, to "
                + $"{Protocols.AnthropicBaseUrl} or another server that speaks the protocol.");
        }

        return new(model);
    }

    private bool HasOwnAddress => (Given(flags.BaseUrl) ?? settings.Variable("OPENAI_BASE_URL")
        ?? Given(settings.String("security.auth.baseUrl"))) is not null;

    private bool UsesExternalCredentials => settings.Bool("security.auth.useExternal") == true;

    private string Offered => string.Join(", ", (spoken ?? Protocols.Named).Concat(hostProtocols).Distinct());

    private bool IsSpoken(string protocol) =>
        (spoken is null ? Protocols.IsKnown(protocol) : spoken.Contains(protocol)) || hostProtocols.Contains(protocol);

    private ModelChoice NotSpoken(string protocol, string named) => new(null, ModelProblem.UnknownProtocol,
        $"The auth type '{protocol}' ({named}) is not one that this version speaks. Use one of {Offered}; many providers offer their "
        + "models through an OpenAI-compatible address, too.");

    private string? RequestedId => Given(flags.Model) ?? Given(settings.String("model.name"));

    // How the host reaches its own models, and with what key, is its affair. The connector's are found as those of openai.
    private bool IsHosts(string protocol) => protocol != Protocols.OpenAIConnector && hostProtocols.Contains(protocol);

    // An entry that has an address of its own and names no variable is a server that wants no key.
    // With a project of Google Cloud its accounts are asked for a token.
    private bool NeedsKey(ResolvedModel model) => !UsesExternalCredentials && !IsHosts(model.Protocol)
        && !(model.Protocol == Protocols.VertexAI && settings.Variable(Protocols.ProjectVariable) is not null)
        && !(model is { Source: ModelSource.Catalogue, BaseUrl: not (null or Protocols.OpenAIBaseUrl or Protocols.AnthropicBaseUrl),
            EnvKeyName: null });

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private ModelChoice DefaultOf(string protocol)
    {
        if (RequestedId is { } requested && Entry(protocol, requested) is { } asked)
        {
            return Check(asked);
        }

        if (Given(flags.Model) is { } wantedModel && Given(flags.AuthType) is null && Entry(protocol, wantedModel) is null
            && Elsewhere(protocol, wantedModel) is { } other)
        {
            return IsSpoken(other.Protocol) ? Check(other)
                : NotSpoken(other.Protocol, $"modelProviders.{other.Protocol} holds '{wantedModel}'");
        }

        var id = Given(flags.Model) ?? ModelVariable(protocol) ?? RequestedId
            ?? (protocol == Protocols.OpenAI ? Protocols.DefaultOpenAIModel : null)
            ?? (hostProtocols.Contains(protocol) ? catalogue.FirstOrDefault(model => model.Protocol == protocol)?.Id : null);
        if (id is not null && Entry(protocol, id) is { } entry)
        {
            return Check(entry);
        }

        var runtime = Runtime(protocol, id ?? string.Empty);
        if (runtime.ApiKey is null && NeedsKey(runtime)
            && catalogue.FirstOrDefault(model => model.Protocol == protocol) is { } first)
        {
            if ((Given(flags.Model) ?? ModelVariable(protocol) ?? RequestedId) is { } wanted)
            {
                warnings.Add($"There is no model '{wanted}' in modelProviders.{protocol}, and no credentials to ask for it otherwise. "
                    + $"'{first.Id}' is used instead.");
            }

            return Check(first);
        }

        return id is null && Check(runtime).IsUsable
            ? new(null, ModelProblem.NoModel, $"No model is selected for {protocol}. Use --model, the variable "
            + $"{Protocols.ModelVariables(protocol)[0]}, or model.name in the settings.")
            : Check(runtime);
    }

    private ResolvedModel Runtime(string protocol, string id)
    {
        if (IsHosts(protocol))
        {
            return new() { Protocol = protocol, Id = id, GenerationConfig = GenerationConfigReader.Read(
                settings.Find("model.generationConfig"), "model.generationConfig", warnings), Source = ModelSource.Runtime };
        }

        var key = Given(flags.ApiKey) ?? settings.Variable(Protocols.KeyVariable(protocol))
            ?? Given(settings.String("security.auth.apiKey"));
        var baseUrl = Given(flags.BaseUrl)
            ?? (Protocols.BaseUrlVariable(protocol) is { } variable ? settings.Variable(variable) : null)
            ?? Given(settings.String("security.auth.baseUrl"));
        return new()
        {
            Protocol = protocol,
            Id = id,
            ApiKey = key,
            BaseUrl = baseUrl
                ?? (protocol == Protocols.OpenAI && key is not null ? Sibling()?.BaseUrl ?? Protocols.DefaultBaseUrl(id) : null),
            EnvKeyName = Protocols.KeyVariable(protocol),
            GenerationConfig = GenerationConfigReader.Read(settings.Find("model.generationConfig"), "model.generationConfig", warnings),
            Source = ModelSource.Runtime,
        };
    }

    /// <summary>Finds an entry of the provider that the key of the environment belongs to.</summary>
    private ResolvedModel? Sibling() =>
        Given(flags.ApiKey) is not null || settings.Variable(Protocols.KeyVariable(Protocols.OpenAI)) is null ? null
        : catalogue.FirstOrDefault(static model => model.Protocol == Protocols.OpenAI
            && model.EnvKeyName == Protocols.KeyVariable(Protocols.OpenAI) && model.BaseUrl is not null);

    /// <summary>Finds the entry of a model among the other protocols.</summary>
    private ResolvedModel? Elsewhere(string protocol, string id) =>
        catalogue.FirstOrDefault(model => model.Protocol != protocol && model.Id == id);

    private ResolvedModel? Entry(string protocol, string id) =>
        catalogue.FirstOrDefault(model => model.Protocol == protocol && model.Id == id);

    private string? ModelVariable(string protocol) => IsHosts(protocol)
        ? null : Protocols.ModelVariables(protocol).Select(settings.Variable).FirstOrDefault(static value => value is not null);

    private (string? Protocol, string Named) SelectProtocol()
    {
        if (Given(flags.AuthType) is { } flag)
        {
            return (flag, "--auth-type");
        }

        var written = Given(settings.String("security.auth.selectedType"));
        if (written is not null && (IsSpoken(written) || Protocols.IsKnown(written) ? written : Understood(written)) is { } selected)
        {
            return (selected, $"security.auth.selectedType in {settings.Origin("security.auth.selectedType")}");
        }

        return (FromEnvironment() ?? FromCatalogue(), "inferred");
    }

    /// <summary>Returns what a word of another version means: a kin of openai is openai, anything else counts as not said.</summary>
    private string? Understood(string selected)
    {
        var isKin = selected.StartsWith("openai", StringComparison.OrdinalIgnoreCase);
        warnings.Add($"{settings.Origin("security.auth.selectedType")}: 'security.auth.selectedType' is '{selected}', which this version "
            + $"does not know. {(isKin ? "'openai' is used." : "It is ignored.")}");
        return isKin ? Protocols.OpenAI : null;
    }

    /// <summary>Gives the first protocol whose variables are complete. Flags count as the variables they stand for.</summary>
    private string? FromEnvironment()
    {
        if (settings.Variable("QWEN_OAUTH") is not null)
        {
            return Protocols.QwenOAuth;
        }

        foreach (var protocol in (string[])[Protocols.OpenAI, Protocols.Gemini, Protocols.VertexAI, Protocols.Anthropic])
        {
            if (!IsSpoken(protocol))
            {
                continue;
            }

            var key = settings.Variable(Protocols.KeyVariable(protocol)) ?? (protocol == Protocols.OpenAI ? Given(flags.ApiKey) : null);
            var baseUrl = Protocols.BaseUrlVariable(protocol) is { } variable
                ? settings.Variable(variable) ?? (protocol == Protocols.OpenAI ? Given(flags.BaseUrl) : null)
                : string.Empty;
            if (key is not null && baseUrl is not null && (ModelVariable(protocol) ?? RequestedId) is not null)
            {
                return protocol;
            }
        }

        return null;
    }

    /// <summary>Gives the protocol of the one catalogue entry that is asked for, or the only protocol there are entries for.</summary>
    private string? FromCatalogue()
    {
        var candidates = RequestedId is { } id && catalogue.Any(model => model.Id == id)
            ? catalogue.Where(model => model.Id == id) : catalogue;
        var protocols = candidates.Select(static model => model.Protocol).Distinct().ToArray();
        return protocols.Length == 1 ? protocols[0] : null;
    }

    private ModelChoice NoProtocol()
    {
        const string advice = "Use --auth-type or security.auth.selectedType in the settings, or set OPENAI_API_KEY, OPENAI_BASE_URL "
            + "and OPENAI_MODEL together.";
        var traces = new List<string>();
        foreach (var protocol in Protocols.Named)
        {
            foreach (var name in (
                string?[])[Protocols.KeyVariable(protocol), Protocols.BaseUrlVariable(protocol), .. Protocols.ModelVariables(protocol)])
            {
                if (name is not null && settings.Variable(name) is not null && !traces.Contains(name))
                {
                    traces.Add(name);
                }
            }
        }

        Trace("--model", flags.Model);
        Trace("--openai-api-key", flags.ApiKey);
        Trace("--openai-base-url", flags.BaseUrl);
        foreach (var key in (string[])["model.name", "security.auth.apiKey", "security.auth.baseUrl"])
        {
            Trace(key, settings.String(key));
        }

        if (catalogue.Count > 0)
        {
            traces.Add("modelProviders");
        }

        return traces.Count == 0
            ? new(null, ModelProblem.NothingConfigured, "No auth type is selected. " + advice)
            : new(null, ModelProblem.NoProtocol,
                $"No auth type is selected. What is set ({string.Join(", ", traces)}) is not enough to tell. {advice}");

        void Trace(string name, string? value)
        {
            if (Given(value) is not null)
            {
                traces.Add(name);
            }
        }
    }

    private static ModelChoice Discontinued() => new(
        null,
        ModelProblem.Discontinued,
        "The qwen-oauth service was discontinued on 2026-04-15. Choose another way to sign in with /auth, or use --auth-type openai "
        + "with a key.");

    private static string MissingKey(ResolvedModel model)
    {
        var variable = model.EnvKeyName ?? Protocols.KeyVariable(model.Protocol);
        if (model.Protocol is Protocols.OpenAI or Protocols.OpenAIConnector)
        {
            return "Missing API key for OpenAI-compatible auth. " + (model.Source == ModelSource.Catalogue
                ? KeyAdvice(model)
                : "Set security.auth.apiKey in the settings or the 'OPENAI_API_KEY' environment variable.");
        }

        return model.Source == ModelSource.Catalogue
            ? $"{variable} environment variable not found. {KeyAdvice(model)}"
            : $"{variable} environment variable not found. Set it, or security.auth.apiKey in the settings"
                + (model.Protocol == Protocols.VertexAI ? $", or {Protocols.ProjectVariable} and GOOGLE_CLOUD_LOCATION." : ".");
    }

    private static string KeyAdvice(ResolvedModel model) => model.EnvKeyName is { } variable
        ? $"Set the '{variable}' environment variable."
        : $"The entry '{model.Id}' of modelProviders.{model.Protocol} has no envKey. Add one that names the variable with the key.";
}
