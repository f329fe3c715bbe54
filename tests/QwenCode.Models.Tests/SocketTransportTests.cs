using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using QwenCode.Models.Tests.Support;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Tests;

public sealed class SocketTransportTests
{
    private const string Short = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly FakeClock _clock = new();

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task Bytes_may_come_one_by_one(string end)
    {
        var answer = string.Join(end, "HTTP/1.1 100 Continue", "", "HTTP/1.1 103 Early Hints", "Link: x", "", "HTTP/1.1 200 Fine words", "content-type:text/event-stream", "X-Many: a", "x-many:  b ", "Transfer-Encoding: chunked", "",
            "4;name=value", "Grü", "008 ", "ße, 世", "D", "界 and so on", "0", "Trailer: t", "", "");
        await using var server = new RawServer(async connection =>
        {
            while (await connection.ReadAsync())
            {
                await connection.WriteAsync(answer, 1);
            }
        });

        for (var round = 0; round < 3; round++)
        {
            using var response = await SendAsync(server.Url);
            (response.Status, response.Reason).ShouldBe((200, "Fine words"));
            (response.Header("Content-Type"), response.Header("X-Many"), response.Header("Link"), response.Header("Many")).ShouldBe(("text/event-stream", "a, b", null, null));
            (await TextAsync(response)).ShouldBe("Grüße, 世界 and so on");
        }

        server.Requests.ShouldAllBe(request => request.StartsWith("1: "));
    }

    [Fact]
    public async Task A_request_goes_out_whole()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(Short);
        });
        var body = new string('x', 50_000);

        using var response = await SendAsync(server.Url, [new("Authorization", "Bearer k"), new("content-type", "application/json; charset=utf-8")], "{\"a\":", $"\"{body}\"", "}");

        (await TextAsync(response)).ShouldBe("ok");
        server.Requests.Single().ShouldBe(
            $"1: POST /chat?a=b HTTP/1.1\r\nHost: {server.Url.Authority}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 50008\r\nAuthorization: Bearer k\r\n\r\n{{\"a\":\"{body}\"}}");
    }

    [Fact]
    public async Task A_connection_is_used_again_once_its_answer_was_read()
    {
        await using var server = new RawServer(AnswerAll(Short));

        // The second is sent while the first is still to be read.
        using (var first = await SendAsync(server.Url))
        using (var beside = await SendAsync(server.Url))
        {
            await TextAsync(first);
            await TextAsync(beside);
        }

        (await AskAsync(server.Url)).ShouldBe("ok");

        server.Requests.Select(request => request[0]).ShouldBe(['1', '2', '2']);
    }

    [Fact]
    public async Task A_connection_is_used_again_if_only_the_end_of_the_framing_was_not_read()
    {
        await using var server = new RawServer(AnswerAll("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", "0\r\n\r\n"));

        for (var round = 0; round < 3; round++)
        {
            using var response = await SendAsync(server.Url);
            var body = await response.OpenBodyAsync(default);
            await body.ReadExactlyAsync(new byte[2]);
            response.Release();
        }

        server.Requests.Select(request => request[0]).ShouldBe(['1', '1', '1']);
    }

    [Fact]
    public async Task A_connection_whose_answer_never_ends_is_not_used_again()
    {
        await using var server = new RawServer(AnswerAll("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"));

        for (var round = 0; round < 2; round++)
        {
            using var response = await SendAsync(server.Url);
            var body = await response.OpenBodyAsync(default);
            await body.ReadExactlyAsync(new byte[2]);
            response.Release();
        }

        server.Requests.Select(request => request[0]).ShouldBe(['1', '2']);
    }

    [Fact]
    public async Task An_answer_that_is_abandoned_closes_its_connection()
    {
        var closed = new TaskCompletionSource();
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
            (await connection.ReadAsync()).ShouldBeFalse();
            closed.SetResult();
        });

        (await SendAsync(server.Url)).Dispose();

        await closed.Task;
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n")]
    public async Task A_connection_the_server_will_close_or_has_said_more_on_is_not_used_again(string answer)
    {
        await using var server = new RawServer(AnswerAll(answer));

        (await AskAsync(server.Url)).ShouldBe("ok");
        (await AskAsync(server.Url)).ShouldBe("ok");

        server.Requests.Select(request => request[0]).ShouldBe(['1', '2']);
    }

    [Fact]
    public async Task A_connection_closed_before_the_answer_began_is_replaced_if_it_was_used_before()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(Short);
            await connection.ReadAsync();   // and closes
        });

        (await AskAsync(server.Url)).ShouldBe("ok");
        (await AskAsync(server.Url)).ShouldBe("ok");

        server.Requests.Select(request => request[0]).ShouldBe(['1', '1', '2']);
    }

    [Fact]
    public async Task A_connection_idle_for_too_long_is_not_used_again()
    {
        await using var server = new RawServer(AnswerAll(Short));

        await AskAsync(server.Url);
        _clock.Advance(TimeSpan.FromSeconds(59));
        await AskAsync(server.Url);
        _clock.Advance(TimeSpan.FromSeconds(61));
        await AskAsync(server.Url);

        server.Requests.Select(request => request[0]).ShouldBe(['1', '1', '2']);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", "not HTTP")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", "not HTTP")]
    [InlineData("HTTP/1.1 101 Switching\r\n\r\n", "another protocol")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n", "'zstd'")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "'gzip, chunked'")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "'-5'")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "'2, 3'")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "how long it is")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n", "how long it is")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "how long it is")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "longer than it said")]
    public async Task What_cannot_be_read_is_an_error_that_says_why(string answer, string reason)
    {
        await using var server = new RawServer(AnswerAll(answer));

        (await Should.ThrowAsync<InvalidAnswerException>(() => AskAsync(server.Url))).Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n")]
    public async Task An_end_in_the_middle_is_an_error(string answer)
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.ReadAsync();
            await connection.WriteAsync(answer);
        });

        await Should.ThrowAsync<EndOfStreamException>(() => AskAsync(server.Url));
    }

    [Theory]
    [InlineData(60_000, true)]
    [InlineData(70_000, false)]
    public async Task Headers_may_be_large_but_not_without_end(int size, bool isRead)
    {
        var value = new string('h', size);
        await using var server = new RawServer(AnswerAll($"HTTP/1.1 200 OK\r\nX-Large: {value}\r\nContent-Length: 2\r\n\r\nok"));

        if (isRead)
        {
            using var response = await SendAsync(server.Url);
            response.Header("X-Large").ShouldBe(value);
            (await TextAsync(response)).ShouldBe("ok");
        }
        else
        {
            (await Should.ThrowAsync<InvalidAnswerException>(() => AskAsync(server.Url))).Message.ShouldContain("64 KiB");
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public async Task An_answer_may_have_no_body(string answer)
    {
        await using var server = new RawServer(AnswerAll(answer));

        (await AskAsync(server.Url)).ShouldBe("");
        (await AskAsync(server.Url)).ShouldBe("");

        server.Requests.Select(request => request[0]).ShouldBe(['1', '1']);
    }

    [Fact]
    public async Task Headers_about_framing_are_left_to_the_transport_that_knows_them()
    {
        await using var server = new RawServer(AnswerAll(Short));

        using var response = await SendAsync(server.Url, [new("Connection", "close")], "{}");

        (await TextAsync(response)).ShouldBe("ok");
        server.Requests.Single().ShouldContain("Connection: close\r\n");
    }

    [Fact]
    public async Task A_line_break_never_makes_another_header()
    {
        await using var server = new RawServer(AnswerAll(Short));

        await Should.ThrowAsync<ArgumentException>(async () => await SendAsync(server.Url, [new("X-A", "b\r\nX-C: d")], "{}"));

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_cannot_be_trusted_is_sent_nothing()
    {
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync();

        var exception = await Should.ThrowAsync<HttpRequestException>(() => AskAsync(new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/")));

        exception.HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
        (await serving).ShouldBe(0);

        async Task<int> ServeAsync()
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var secure = new SslStream(client.GetStream());
            try
            {
                await secure.AuthenticateAsServerAsync(certificate);
                return await secure.ReadAsync(new byte[1]);
            }
            catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException)
            {
                return 0;
            }
        }
    }

    [Theory]
    [InlineData("http://host/", null, false, true)]
    [InlineData("https://host/", null, false, true)]
    [InlineData("http://host/", "https_proxy", false, true)]
    [InlineData("https://host/", "HTTPS_PROXY", false, false)]
    [InlineData("http://127.0.0.1:1/", "ALL_PROXY", false, false)]
    [InlineData("http://host/", "NO_PROXY", false, true)]
    [InlineData("http://host/", null, true, false)]
    [InlineData("http://localhost:1/", null, true, true)]
    [InlineData("ftp://host/", null, false, false)]
    public void Sockets_are_used_where_no_proxy_is_meant(string url, string? variable, bool hasSystemProxy, bool isDirect)
    {
        var proxy = ProxySettings.Read(null, name => name == variable ? "http://proxy" : null);

        ChatTransports.IsDirect(new Uri(url), proxy, hasSystemProxy).ShouldBe(isDirect);
    }

    private static Func<RawServer.RawConnection, Task> AnswerAll(params string[] pieces) => async connection =>
    {
        while (await connection.ReadAsync())
        {
            foreach (var piece in pieces)
            {
                await connection.WriteAsync(piece);
            }
        }
    };

    private static async Task<string> TextAsync(TransportResponse response)
    {
        using var reader = new StreamReader(await response.OpenBodyAsync(default), Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private async Task<TransportResponse> SendAsync(Uri url, KeyValuePair<string, string>[]? headers = null, params string[] body) =>
        await new SocketTransport(_clock).SendAsync(new TransportRequest(url, headers ?? [], [.. body.Select(Encoding.UTF8.GetBytes)]), default);

    private async Task<string> AskAsync(Uri url)
    {
        using var response = await SendAsync(url, null, "{}");
        return await TextAsync(response);
    }
}
