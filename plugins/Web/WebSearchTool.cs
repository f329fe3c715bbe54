using QwenCode.Plugin.Web.Searching;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Plugin.Web;

/// <summary>Searches the web with a configured provider.</summary>
[PluginTool(Order = -30)]
public sealed class WebSearchTool : Tool
{
    private const string About =
        """
        Searches the web and returns what was found, with addresses: for facts that are newer than you are, or that you are not sure of.
        Use web_fetch to read a result in full. Name the addresses you relied on in your answer.
        """;

    private readonly Lazy<HttpClient> _client;
    private readonly Func<string, string?> _environment;

    /// <summary>Creates the tool.</summary>
    public WebSearchTool()
        : this(WebClient.Make(), Environment.GetEnvironmentVariable)
    {
    }

    internal WebSearchTool(Lazy<HttpClient> client, Func<string, string?> environment)
        : base(new ToolDeclaration
        {
            Name = "web_search",
            DisplayName = "WebSearch",
            Description = About,
            Kind = ToolKind.Search,
            Traits = ToolTraits.Parallel,
            Parameters = ToolDeclaration.Schema(
                """
                {"type":"object","properties":{
                "query":{"type":"string","description":"What to search for."},
                "provider":{"type":"string","description":"Which provider to use: tavily or google. Leave it out for the usual one."}},
                "required":["query"]}
                """u8),
        }) => (_client, _environment) = (client, environment);

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var query = arguments.String("query");
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new ToolArgumentException("The 'query' parameter cannot be empty.");
        }

        var provider = arguments.String("provider");
        return provider is not null && string.IsNullOrWhiteSpace(provider)
            ? throw new ToolArgumentException("The 'provider' parameter cannot be empty.")
            : new SearchInvocation(query, provider?.Trim(), _client, _environment, context);
    }
}
