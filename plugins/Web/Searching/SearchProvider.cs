using System.Globalization;
using System.Text.Json;

namespace QwenCode.Plugin.Web.Searching;

/// <summary>A service that searches the web.</summary>
/// <param name="name">Its name for people.</param>
internal abstract class SearchProvider(string name)
{
    /// <summary>Gets its name for people.</summary>
    public string Name => name;

    /// <summary>Searches.</summary>
    /// <exception cref="SearchException">The service refused, or its answer made no sense.</exception>
    /// <exception cref="HttpRequestException">It could not be reached.</exception>
    public async Task<SearchAnswer> SearchAsync(string query, HttpClient client, CancellationToken cancellationToken)
    {
        using var request = MakeRequest(query);
        using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            // The body of a refusal may quote the request, and with it the key.
            throw new SearchException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Name} answered {(int)response.StatusCode} "
                + $"{response.ReasonPhrase}{((int)response.StatusCode is 401 or 403 ? "; check its API key" : string.Empty)}"));
        }

        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw new SearchException($"{Name} did not answer with JSON");
        }
    }

    /// <summary>Words the request.</summary>
    protected abstract HttpRequestMessage MakeRequest(string query);

    /// <summary>Reads the answer.</summary>
    protected abstract SearchAnswer Read(JsonElement answer);

    /// <summary>Reads a text member.</summary>
    protected static string? Text(JsonElement item, string member) =>
        item.ValueKind is JsonValueKind.Object && item.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString() : null;

    /// <summary>Reads a list member.</summary>
    protected static IEnumerable<JsonElement> Items(JsonElement item, string member) =>
        item.ValueKind is JsonValueKind.Object && item.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.Array
            ? value.EnumerateArray() : [];
}
