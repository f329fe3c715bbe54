using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using QwenCode.Platform.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.Web.Fetching;

/// <summary>Fetches one page, within bounds of time, size and redirects.</summary>
internal static class PageReader
{
    private const int MaxRedirects = 5;
    private const int MaxBytes = 10 * 1024 * 1024;
    private const int MaxCharacters = 100_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Fetches a page.</summary>
    /// <exception cref="OperationCanceledException">The caller does not want it any more.</exception>
    public static async Task<Page> ReadAsync(Uri address, HttpClient client, ToolContext context, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Patience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            // The rules saw the address as it was given. Another host is asked only if they do not speak of it.
            var text = PageAddress.Rewrite(address);
            return await FollowAsync(MayAsk(text) ? text : address, client, MayAsk, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Page.Failed(WebErrors.FetchFailed, "the operation was aborted: the page did not arrive within 10 seconds");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Page.Failed(WebErrors.FetchFailed, $"fetch failed (cause: {(exception.InnerException ?? exception).Message})");
        }

        bool MayAsk(Uri target) => context.MayShow?.Invoke(target.AbsoluteUri) is not false;
    }

    private static async Task<Page> FollowAsync(Uri first, HttpClient client, Func<Uri, bool> mayAsk, CancellationToken cancellationToken)
    {
        var address = first;
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd("text/markdown, text/html;q=0.9, text/plain;q=0.8, */*;q=0.5");
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                var target = new Uri(address, location);
                if (!PageAddress.IsWeb(target))
                {
                    return new Page.Failed(
                        WebErrors.FetchFailed, $"the page redirects to an address that is not http or https ({target.Scheme})");
                }

                // A permission is given by host: who may be asked must not decide where else we go.
                if (!PageAddress.IsSameHost(first, target) || !mayAsk(target))
                {
                    return new Page.Moved(target);
                }

                address = target;
                continue;
            }

            return response.IsSuccessStatusCode
                ? await ReadBodyAsync(address, response.Content, cancellationToken).ConfigureAwait(false)
                : new Page.Failed(
                    WebErrors.FetchFailed,
                    string.Create(CultureInfo.InvariantCulture,
                        $"Request failed with status code {(int)response.StatusCode} {response.ReasonPhrase}").TrimEnd());
        }

        return new Page.Failed(WebErrors.FetchFailed, string.Create(CultureInfo.InvariantCulture, $"more than {MaxRedirects} redirects"));
    }

    private static async Task<Page> ReadBodyAsync(Uri address, HttpContent content, CancellationToken cancellationToken)
    {
        var type = content.Headers.ContentType;
        if (!IsText(type))
        {
            return new Page.Failed(WebErrors.ProcessingFailed, $"the page is of type {type?.MediaType}, which holds no text");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        using var body = new MemoryStream();
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (body.Length <= MaxBytes && await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                body.Write(buffer, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var isCut = body.Length > MaxBytes;
        var bytes = body.GetBuffer().AsMemory(0, (int)Math.Min(body.Length, MaxBytes));
        var text = PageText.Decode(bytes.Span, type?.CharSet);
        if (PageText.IsHtml(type?.MediaType, text))
        {
            text = HtmlText.Convert(text, address, MaxCharacters, cancellationToken);
        }

        if (text.Length > MaxCharacters)
        {
            isCut = true;
            text = TextCut.Head(text, MaxCharacters);
        }

        return new Page.Text(text.Trim(), isCut);
    }

    private static bool IsText(MediaTypeHeaderValue? type) => type?.MediaType is not { } media
        || media.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || media.Contains("json", StringComparison.OrdinalIgnoreCase)
        || media.Contains("xml", StringComparison.OrdinalIgnoreCase)
        || media.Contains("javascript", StringComparison.OrdinalIgnoreCase)
        || media.Contains("yaml", StringComparison.OrdinalIgnoreCase)
        || media.Contains("toml", StringComparison.OrdinalIgnoreCase)
        || media.Contains("x-sh", StringComparison.OrdinalIgnoreCase)
        || media.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
}
