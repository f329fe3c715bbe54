using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QwenCode.Plugin.Web.Searching;

/// <summary>Google's programmable search.</summary>
internal sealed class GoogleProvider(string key, string engine, JsonElement options) : SearchProvider("Google")
{
    private const string Address = "https://www.googleapis.com/customsearch/v1";

    protected override HttpRequestMessage MakeRequest(string query)
    {
        var most = options.ValueKind is JsonValueKind.Object && options.TryGetProperty("maxResults", out var given)
            && given.TryGetInt32(out var count) ? Math.Clamp(count, 1, 10) : 10;
        var address = new StringBuilder(Address)
            .Append("?cx=").Append(Uri.EscapeDataString(engine))
            .Append("&q=").Append(Uri.EscapeDataString(query))
            .Append(CultureInfo.InvariantCulture, $"&num={most}")
            .Append("&safe=").Append(Uri.EscapeDataString(Text(options, "safeSearch") ?? "medium"));
        Add("hl", "language");
        Add("gl", "country");

        // In a header, not in the address: addresses end up in logs and proxies.
        return new HttpRequestMessage(HttpMethod.Get, address.ToString()) { Headers = { { "X-Goog-Api-Key", key } } };

        void Add(string parameter, string option)
        {
            if (Text(options, option) is { Length: > 0 } value)
            {
                address.Append('&').Append(parameter).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }

    protected override SearchAnswer Read(JsonElement answer) => new(
        null,
        [.. Items(answer, "items").Select(static item => new SearchResult(
            Text(item, "title") ?? string.Empty, Text(item, "link") ?? string.Empty, Text(item, "snippet"), null, null))]);
}
