using System.Globalization;
using System.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.Web.Searching;

/// <summary>One search.</summary>
internal sealed class SearchInvocation(
    string query, string? provider, Lazy<HttpClient> client, Func<string, string?> environment, ToolContext context)
    : ToolInvocation
{
    private const int Blocks = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override string Description => $"Searching the web for: \"{query}\"{(provider is null ? string.Empty : $" (via {provider})")}";

    public override ToolConsent Consent => ToolConsent.Ask;

    public override ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<ToolConfirmation>(
            new InfoConfirmation("Confirm Web Search", $"Search the web for: \"{query}\"", [], ["WebSearch"]));

    public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Patience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            var chosen = SearchProviders.Read(context.Setting, environment).Choose(provider);
            var found = await chosen.SearchAsync(query, client.Value, either.Token).ConfigureAwait(false);
            return ToolResult.Success(Word(found, chosen.Name), $"Search results for \"{query}\" returned via {chosen.Name}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed("no answer came within 30 seconds");
        }
        catch (Exception exception) when (exception is SearchException or HttpRequestException or IOException)
        {
            return Failed(exception.Message);
        }
    }

    private static ToolResult Failed(string reason) => ToolResult.Failure(ToolError.ExecutionFailed, $"Error during web search: {reason}");

    private string Word(SearchAnswer found, string name)
    {
        if (string.IsNullOrWhiteSpace(found.Answer) && found.Results.Count == 0)
        {
            return $"Nothing was found for \"{query}\" (via {name}). Try other words.";
        }

        var text = new StringBuilder($"Web search results for \"{query}\" (via {name}):\n\n");
        if (!string.IsNullOrWhiteSpace(found.Answer))
        {
            text.Append(found.Answer).Append("\n\nSources:");
            for (var i = 0; i < found.Results.Count; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n[{i + 1}] {found.Results[i].Title} ({found.Results[i].Url})");
            }

            return text.ToString();
        }

        for (var i = 0; i < Math.Min(found.Results.Count, Blocks); i++)
        {
            var result = found.Results[i];
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}. **{result.Title}**\n");
            Append(result.Snippet is { Length: > 0 } snippet ? $"   {snippet}\n" : null);
            Append($"   Source: {result.Url}\n");
            Append(result.Score is { } score ? string.Create(CultureInfo.InvariantCulture, $"   Relevance: {score * 100:0}%\n") : null);
            Append(result.Published is { Length: > 0 } published ? $"   Published: {published}\n" : null);
            text.Append('\n');
        }

        return text.Append("Use web_fetch with one of these addresses to read more.").ToString();

        void Append(string? line) => text.Append(line);
    }
}
