using System.Text;
using System.Text.Json;
using QwenCode.Tools;

namespace QwenCode.Plugin.Web.Searching;

/// <summary>The providers that are configured: by the setting <c>webSearch</c>, else by environment variables.</summary>
/// <param name="Available">By name, in the order of preference.</param>
/// <param name="Default">The name of the usual one, if one is set.</param>
internal sealed record SearchProviders(IReadOnlyDictionary<string, SearchProvider> Available, string? Default)
{
    private static readonly string[] Order = ["tavily", "google"];

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="SearchException">The setting makes no sense.</exception>
    public static SearchProviders Read(Func<string, string?> setting, Func<string, string?> environment)
    {
        var available = new Dictionary<string, SearchProvider>(StringComparer.OrdinalIgnoreCase);
        if (setting("webSearch") is not { Length: > 0 } json)
        {
            Add("tavily", environment("TAVILY_API_KEY") ?? setting("advanced.tavilyApiKey"), null, default);
            Add("google", environment("GOOGLE_API_KEY"), environment("GOOGLE_SEARCH_ENGINE_ID"), default);
            return new(available, null);
        }

        var configured = Parse(json);
        if (configured.ValueKind is JsonValueKind.Object && configured.TryGetProperty("provider", out var list)
            && list.ValueKind is JsonValueKind.Array)
        {
            foreach (var entry in list.EnumerateArray())
            {
                Add(Text(entry, "type"), Text(entry, "apiKey"), Text(entry, "searchEngineId"), entry);
            }
        }

        return new(available, Text(configured, "default"));

        void Add(string? type, string? key, string? engine, JsonElement options)
        {
            if (string.IsNullOrWhiteSpace(key))
            {
                return;
            }

            if (string.Equals(type, "tavily", StringComparison.OrdinalIgnoreCase))
            {
                available["tavily"] = new TavilyProvider(key, options);
            }
            else if (string.Equals(type, "google", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(engine))
            {
                available["google"] = new GoogleProvider(key, engine, options);
            }
        }
    }

    /// <summary>Chooses a provider.</summary>
    /// <param name="wanted">Its name; <c>null</c> for the usual one.</param>
    /// <exception cref="SearchException">It is not there; the message says what is, or what to set.</exception>
    public SearchProvider Choose(string? wanted)
    {
        if (Available.Count == 0)
        {
            throw new SearchException(
                "no search provider is configured. Set the environment variable TAVILY_API_KEY, or GOOGLE_API_KEY together with "
                    + "GOOGLE_SEARCH_ENGINE_ID, "
                + "or in settings.json: \"webSearch\": {\"provider\": [{\"type\": \"tavily\", \"apiKey\": \"…\"}]}");
        }

        var name = wanted ?? (Default is not null && Available.ContainsKey(Default) ? Default : Array.Find(Order, Available.ContainsKey))!;
        return Available.TryGetValue(name, out var provider)
            ? provider
            : throw new SearchException(
            $"the provider \"{name}\" is not available. Available: {string.Join(", ", Array.FindAll(Order, Available.ContainsKey))}");
    }

    private static JsonElement Parse(string json)
    {
        try
        {
            return ToolDeclaration.Schema(Encoding.UTF8.GetBytes(json));
        }
        catch (JsonException)
        {
            throw new SearchException("the setting webSearch is no JSON object");
        }
    }

    private static string? Text(JsonElement item, string member) =>
        item.ValueKind is JsonValueKind.Object && item.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString() : null;
}
