using System.Net;
using QwenCode.Mcp.Configuration;

namespace QwenCode.Mcp.Authorization;

/// <summary>
/// What every request to a server over HTTP passes, and every request of its login. Messages go to the server's own host and nowhere else,
/// and so do its headers and its token; the requests of the login go where the server may send them (see <see cref="NamedAddress"/>).
/// </summary>
/// <param name="server">The server.</param>
/// <param name="login">Its login; <c>null</c> if it is used without one.</param>
internal sealed class ServerChannel(McpServerConfiguration server, ServerLogin? login) : DelegatingHandler(
    new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) })
{
    /// <summary>Marks the messages to the server; it is taken off before they are sent.</summary>
    public const string Mark = "X-Qwen-Message";

    private const int MaxRedirects = 5;
    private const int MaxAnswer = 1024 * 1024;
    private static readonly TimeSpan LoginPatience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Remove(Mark))
        {
            try
            {
                return await SendMessageAsync(request, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // The client makes its second try, with a new token, from the first one's headers.
                request.Headers.TryAddWithoutValidation(Mark, "1");
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LoginPatience);
        try
        {
            return await SendOfLoginAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"{NamedAddress.Show(request.RequestUri!)} gave no answer in time");
        }
    }

    private async Task<HttpResponseMessage> SendMessageAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!NamedAddress.HasSameOrigin(request.RequestUri!, server.Address!))
        {
            throw new LoginFailedException(
                $"The server wants messages to be sent to another host, which they are not: {NamedAddress.Show(request.RequestUri!)}.");
        }

        if (login is null)
        {
            return await FollowAsync(request, cancellationToken).ConfigureAwait(false);
        }

        if (login.Challenge(request) is { } demanded)
        {
            return demanded;
        }

        login.Sends(request);
        var answer = await FollowAsync(request, cancellationToken).ConfigureAwait(false);
        await login.AnsweredAsync(answer, cancellationToken).ConfigureAwait(false);
        return answer;
    }

    private async Task<HttpResponseMessage> SendOfLoginAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (login is null)
        {
            throw new InvalidOperationException("There is no login.");
        }

        if (login.Describe(request) is { } described)
        {
            return described;
        }

        NamedAddress.Check(request.RequestUri!, server.Address!, "An address of the login");
        return await login.ExchangeAsync(request, async (sent, token) =>
        {
            var answer = await (sent.Method == HttpMethod.Get ? FollowAsync(sent, token) : base.SendAsync(sent, token))
                .ConfigureAwait(false);
            await answer.Content.LoadIntoBufferAsync(MaxAnswer, token).ConfigureAwait(false);
            return answer;
        }, cancellationToken).ConfigureAwait(false);
    }

    // Only within a host: the next one may be anybody's, and would get what was meant for this one.
    private async Task<HttpResponseMessage> FollowAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var count = 0; ; count++)
        {
            var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                    or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || answer.Headers.Location is not { } location || count == MaxRedirects)
            {
                return answer;
            }

            var next = new Uri(request.RequestUri!, location);
            var (keepsMethod, at) = (answer.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect,
                request.RequestUri!);
            answer.Dispose();
            if (!NamedAddress.HasSameOrigin(next, at))
            {
                throw new LoginFailedException($"{NamedAddress.Show(at)} redirects to another host, which is not followed: "
                    + $"{NamedAddress.Show(next)}. Write that address into the settings if it is the right one");
            }

            if (!keepsMethod && request.Method != HttpMethod.Get)
            {
                throw new LoginFailedException($"{NamedAddress.Show(at)} redirects to {NamedAddress.Show(next)} in a way that loses what "
                    + "is sent. Write that address into the settings if it is the right one");
            }

            request.RequestUri = next;
        }
    }
}
