using QwenCode.Plugin.Web.Fetching;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Plugin.Web;

/// <summary>Fetches a page and answers a question about it.</summary>
[PluginTool(Order = -40)]
public sealed class WebFetchTool : Tool
{
    private const string About =
        """
        Fetches a page from the web and answers `prompt` from it: the page is turned into text, and a model reads it and replies with what
        you asked for. Nothing is changed.

        - `url` is a whole address with http:// or https://. Addresses on this machine and in the local network work
          too. A file's page on GitHub is fetched as the raw file.
        - `prompt` says what you want to know or have extracted. Ask precisely: only the reply comes back, not the page.
        - Very long pages are cut. A page that moves to another host is not followed; the result names the new address, so that you can
          fetch that.
        - If a tool of an MCP server can fetch pages too, prefer that one: it may have access that this tool lacks.
        """;

    private readonly Lazy<HttpClient> _client;

    /// <summary>Creates the tool.</summary>
    public WebFetchTool()
        : this(WebClient.Make())
    {
    }

    internal WebFetchTool(Lazy<HttpClient> client)
        : base(new ToolDeclaration
        {
            Name = "web_fetch",
            DisplayName = "WebFetch",
            Description = About,
            Kind = ToolKind.Fetch,
            Traits = ToolTraits.Parallel,
            Parameters = ToolDeclaration.Schema(
                """
                {"type":"object","properties":{
                "url":{"type":"string","description":"The address of the page."},
                "prompt":{"type":"string","description":"What to find out from the page."}},
                "required":["url","prompt"]}
                """u8),
        }) => _client = client;

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var url = arguments.String("url")?.Trim();
        if (string.IsNullOrEmpty(url))
        {
            throw new ToolArgumentException("The 'url' parameter cannot be empty.");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !PageAddress.IsWeb(address))
        {
            throw new ToolArgumentException("The 'url' must be a valid URL starting with http:// or https://.");
        }

        var prompt = arguments.String("prompt");
        return string.IsNullOrWhiteSpace(prompt)
            ? throw new ToolArgumentException("The 'prompt' parameter cannot be empty.")
            : new FetchInvocation(url, address, prompt, _client, context);
    }
}
