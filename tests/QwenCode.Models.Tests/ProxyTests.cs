using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Tests;

public sealed class ProxyTests
{
    [Theory]
    [InlineData("https://api.example/v1", "https_proxy=http://p:1", "http://p:1/")]
    [InlineData("https://api.example/v1", "HTTPS_PROXY=p:1", "http://p:1/")]
    [InlineData("http://api.example/v1", "https_proxy=http://p:1", null)]
    [InlineData("http://api.example/v1", "http_proxy=http://p:1", "http://p:1/")]
    [InlineData("https://api.example/v1", "ALL_PROXY=socks5h://p:1", "socks5://p:1/")]
    [InlineData("https://api.example/v1", "ALL_PROXY=socks5://p:1 https_proxy=http://q:2", "http://q:2/")]
    [InlineData("https://api.example/v1", "https_proxy=http://p:1 no_proxy=*", null)]
    [InlineData("https://api.example/v1", "https_proxy=http://p:1 no_proxy=other,api.example", null)]
    [InlineData("https://api.example/v1", "https_proxy=http://p:1 NO_PROXY=.example", null)]
    [InlineData("https://api.example/v1", "https_proxy=http://p:1 no_proxy=*.example", null)]
    [InlineData("https://api.example/v1", "https_proxy=http://p:1 no_proxy=pi.example", "http://p:1/")]
    [InlineData("https://api.example:8443/v1", "https_proxy=http://p:1 no_proxy=api.example:8443", null)]
    [InlineData("https://api.example/v1", "https_proxy=http://p:1 no_proxy=api.example:8443", "http://p:1/")]
    [InlineData("http://10.1.2.3/v1", "http_proxy=http://p:1 no_proxy=10.0.0.0/8", null)]
    [InlineData("http://11.1.2.3/v1", "http_proxy=http://p:1 no_proxy=10.0.0.0/8", "http://p:1/")]
    [InlineData("http://10.1.2.3:80/v1", "http_proxy=http://p:1 no_proxy=10.1.2.3:80", null)]
    [InlineData("http://[fd00::1]/v1", "http_proxy=http://p:1 no_proxy=fd00::/8", null)]
    [InlineData("http://[::1]:8080/v1", "http_proxy=http://p:1 no_proxy=[::1]:8080", null)]
    [InlineData("http://210.1.2.3/v1", "http_proxy=http://p:1 no_proxy=10.1.2.3", "http://p:1/")]
    public void A_proxy_is_used_as_the_variables_say(string url, string variables, string? proxy)
    {
        var known = variables.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

        ProxySettings.Read(null, known.GetValueOrDefault)?.GetProxy(new Uri(url))?.ToString().ShouldBe(proxy);
        (ProxySettings.Read(null, known.GetValueOrDefault)?.GetProxy(new Uri(url)) is null).ShouldBe(proxy is null);
    }

    [Fact]
    public void A_proxy_that_is_set_counts_before_the_variables_and_exceptions_still_hold()
    {
        var proxy = ProxySettings.Read(new Uri("http://user:p%40ss@set:9"), name => name is "no_proxy" ? "near" : name is "http_proxy" ? "http://other" : null)!;

        proxy.GetProxy(new Uri("http://far/"))!.Host.ShouldBe("set");
        proxy.IsBypassed(new Uri("http://near/")).ShouldBeTrue();
        proxy.Credentials!.GetCredential(new Uri("http://set:9"), "Basic")!.Password.ShouldBe("p@ss");
        proxy.ToString().ShouldNotContain("p@ss");
    }

    [Fact]
    public void A_proxys_password_is_not_in_its_address_and_goes_to_no_other_proxy()
    {
        var variables = new Dictionary<string, string> { ["https_proxy"] = "http://ann:one@secure:1", ["http_proxy"] = "http://bob:two@plain:2" };
        var proxy = ProxySettings.Read(null, variables.GetValueOrDefault)!;

        proxy.GetProxy(new Uri("https://far/"))!.ToString().ShouldBe("http://secure:1/");
        proxy.GetProxy(new Uri("http://far/"))!.ToString().ShouldBe("http://plain:2/");
        proxy.Credentials!.GetCredential(new Uri("http://secure:1/"), "Basic")!.Password.ShouldBe("one");
        proxy.Credentials.GetCredential(new Uri("http://plain:2/"), "Basic")!.Password.ShouldBe("two");
        proxy.Credentials.GetCredential(new Uri("http://third:3/"), "Basic").ShouldBeNull();
    }

    [Fact]
    public void A_variable_that_holds_no_proxy_is_named()
    {
        var error = Should.Throw<ModelException>(() => ProxySettings.Read(null, name => name is "HTTPS_PROXY" ? "ftp://x" : null));

        error.Fault.ShouldBe(ModelFault.NotConfigured);
        error.Message.ShouldContain("https_proxy");
    }

    [Theory]
    [InlineData("api.example/v1", "https://api.example/v1")]
    [InlineData("localhost:11434/v1", "http://localhost:11434/v1")]
    [InlineData("127.0.0.1:1234", "http://127.0.0.1:1234/")]
    [InlineData("box:8000/v1", "http://box:8000/v1")]
    [InlineData(" https://api.example/v1/chat/completions ", "https://api.example/v1")]
    [InlineData("http://h/v1/", "http://h/v1/")]
    [InlineData("[::1]:8080/v1", "http://[::1]:8080/v1")]
    [InlineData("192.168.1.7:8000", "http://192.168.1.7:8000/")]
    [InlineData("203.0.113.5/v1", "https://203.0.113.5/v1")]
    [InlineData("[2001:db8::1]/v1", "https://[2001:db8::1]/v1")]
    [InlineData("user:pw@api.example.com/v1", "https://user:pw@api.example.com/v1")]
    public void A_base_url_may_lack_its_scheme(string written, string read) => ModelAddress.Parse(written).ToString().ShouldBe(read);

    [Theory]
    [InlineData("")]
    [InlineData("ftp://x/v1")]
    [InlineData("https://")]
    [InlineData("my key:secret@ho st")]
    public void What_is_no_address_is_an_error_that_says_where_to_write_one(string written)
    {
        var error = Should.Throw<ModelException>(() => ModelAddress.Parse(written));

        error.Fault.ShouldBe(ModelFault.NotConfigured);
        error.Advice.ShouldContain("OPENAI_BASE_URL");
        error.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_request_goes_through_the_proxy_with_its_credentials()
    {
        await using var server = new StubServer();
        server.Always = StubReply.Of(OpenAIStream.Answer("through"));
        var options = Options("http://model.example/v1") with { Proxy = ProxySettings.Read(new Uri($"http://me:word@127.0.0.1:{server.Port}"), _ => null) };
        server.Then(new StubReply { Status = 407, Headers = new() { ["Proxy-Authenticate"] = "Basic realm=\"x\"" }, Framing = StubFraming.Length });

        Answers.TextOf(await Answers.CollectAsync(new OpenAIChatClient(options))).ShouldBe("through");

        server.Requests[^1].Path.ShouldContain("http://model.example/v1/chat/completions");
        server.Requests[^1].Headers["Proxy-Authorization"].ShouldBe("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("me:word")));
    }

    [Fact]
    public async Task A_proxy_that_wants_credentials_is_what_the_error_speaks_of()
    {
        await using var server = new StubServer();
        server.Always = StubReply.Error(407, "who are you");
        var options = Options("http://model.example/v1") with { Proxy = ProxySettings.Read(new Uri($"http://127.0.0.1:{server.Port}"), _ => null) };

        var error = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(new OpenAIChatClient(options)));

        error.Message.ShouldBe($"the proxy 127.0.0.1:{server.Port} wants a user name and a password (407)");
        error.Advice.ShouldContain("--proxy");
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("http://model.example/v1")]
    [InlineData("https://model.example/v1")]
    public async Task A_proxy_that_is_dead_is_what_the_error_speaks_of(string url)
    {
        int port;
        await using (var gone = new StubServer())
        {
            port = gone.Port;
        }

        var options = Options(url) with { Proxy = ProxySettings.Read(new Uri($"http://127.0.0.1:{port}"), _ => null), MaxRetries = 0 };

        var error = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(new OpenAIChatClient(options)));

        error.Message.ShouldContain($"the proxy 127.0.0.1:{port}: connection refused");
        error.Advice.ShouldContain("HTTPS_PROXY");
    }

    [Theory]
    [InlineData("named")]
    [InlineData("not named")]
    [InlineData("not there")]
    public async Task A_certificate_of_an_extra_authority_is_trusted_only_if_the_authority_is_named(string how)
    {
        var isNamed = how == "named";
        List<string> reports = [];
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, own.ExportCertificatePem());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync();
        try
        {
            var options = Options($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/v1") with
            {
                CertificateFile = how == "not there" ? "/does/not/exist.pem" : isNamed ? file : null,
                MaxRetries = 0,
                Report = reports.Add,
            };
            var asking = Answers.CollectAsync(new OpenAIChatClient(options));
            if (isNamed)
            {
                Answers.TextOf(await asking).ShouldBe("secure");
            }
            else
            {
                (await Should.ThrowAsync<ModelException>(() => asking)).Advice.ShouldContain("NODE_EXTRA_CA_CERTS");
                reports.Count(report => report.Contains("/does/not/exist.pem (NODE_EXTRA_CA_CERTS)")).ShouldBe(how == "not there" ? 1 : 0);
            }
        }
        finally
        {
            listener.Stop();
            await serving;
            File.Delete(file);
        }

        async Task ServeAsync()
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var secure = new SslStream(client.GetStream());
                await secure.AuthenticateAsServerAsync(certificate);
                await secure.ReadAtLeastAsync(new byte[16], 16);
                var body = OpenAIStream.Answer("secure");
                await secure.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
                await secure.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
            }
            catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException or SocketException or ObjectDisposedException)
            {
                // The client does not trust it, or is done.
            }
        }
    }

    private static OpenAIClientOptions Options(string url) => new() { BaseUrl = new Uri(url), ApiKey = "k", Model = "m" };
}
