using System.Net.Http.Headers;
using System.Text.Json;

namespace QwenCode.Plugin.Web.Searching;

/// <summary>Tavily.</summary>
internal sealed class TavilyProvider(string key, JsonElement options) : SearchProvider("Tavily")
{
    private const string Address = "https://api.tavily.com/search";

    protected override HttpRequestMessage MakeRequest(string query)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("query"u8, query);
            writer.WriteString("search_depth"u8, Text(options, "searchDepth") ?? "advanced");
            writer.WriteNumber("max_results"u8, options.ValueKind is JsonValueKind.Object
                && options.TryGetProperty("maxResults", out var most) && most.TryGetInt32(out var count) ? count : 5);
            writer.WriteBoolean("include_answer"u8, !(options.ValueKind is JsonValueKind.Object
                && options.TryGetProperty("includeAnswer", out var answer) && answer.ValueKind is JsonValueKind.False));
            writer.WriteEndObject();
        }

        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, Address)
        {
            Content = content,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
    }

    protected override SearchAnswer Read(JsonElement answer) => new(
        Text(answer, "answer"),
        [.. Items(answer, "results").Select(static item => new SearchResult(
            Text(item, "title") ?? string.Empty,
            Text(item, "url") ?? string.Empty,
            Text(item, "content"),
            item.TryGetProperty("score", out var score) && score.ValueKind is JsonValueKind.Number ? score.GetDouble() : null,
            Text(item, "published_date")))]);
}
