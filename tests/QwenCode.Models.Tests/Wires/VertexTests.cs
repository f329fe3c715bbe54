using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Tests.Support;
using QwenCode.Models.Vertex;

namespace QwenCode.Models.Tests.Wires;

/// <summary>Models at Vertex: which credentials win, where tokens come from, and what is sent with them.</summary>
public sealed class VertexTests : WireTest
{
    private const string Gemini = "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"fine\"}]},\"finishReason\":\"STOP\"}]}\n\n";

    private const string Claude = """{"type":"message","content":[{"type":"text","text":"fine"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""";

    private readonly string _home = Directory.CreateTempSubdirectory("qwen-vertex-").FullName;
    private readonly List<string> _reports = [];

    // The time that a command may take must not be over at once.
    private readonly FakeClock _clock = new() { HoldsDelays = true };
    private readonly Dictionary<string, string> _variables = new() { ["GOOGLE_CLOUD_PROJECT"] = "p1", ["GOOGLE_CLOUD_LOCATION"] = "europe-west1" };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task A_service_account_signs_for_its_token_and_the_token_is_used_until_it_ends()
    {
        using var key = RSA.Create(2048);
        Credentials(new { type = "service_account", client_email = "bot@p1", private_key_id = "k1", private_key = key.ExportPkcs8PrivateKeyPem(), token_uri = TokenUri });
        var client = Client("gemini-3-pro");

        Server.Then(Token("tok-1"), StubReply.Of(Gemini), StubReply.Of(Gemini));
        await AskAsync(client);
        await AskAsync(client);
        _clock.Advance(TimeSpan.FromMinutes(59));
        Server.Then(Token("tok-2"), StubReply.Of(Gemini));
        await AskAsync(client);

        Server.Requests.Select(static request => request.Path).ShouldBe(["/token", Path(), Path(), "/token", Path()]);
        Server.Requests.Where(static request => request.Path != "/token").Select(static request => request.Headers["Authorization"]).ShouldBe(["Bearer tok-1", "Bearer tok-1", "Bearer tok-2"]);
        var parts = Uri.UnescapeDataString(Server.Requests[0].Text.Split("assertion=")[1]).Split('.');
        JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])).GetProperty("kid").GetString().ShouldBe("k1");
        JsonElement.Parse(Base64Url.DecodeFromChars(parts[1])).GetRawText().ShouldBe(
            $$"""{"iss":"bot@p1","scope":"https://www.googleapis.com/auth/cloud-platform","aud":"{{TokenUri}}","iat":1767225600,"exp":1767229200}""");
        key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
        _reports.ShouldHaveSingleItem().ShouldContain("the service account bot@p1 of");
    }

    [Fact]
    public async Task A_user_who_signed_in_is_found_below_the_home_directory()
    {
        _variables["HOME"] = _home;
        _variables["APPDATA"] = System.IO.Path.Combine(_home, ".config");
        Directory.CreateDirectory(System.IO.Path.Combine(_home, ".config", "gcloud"));
        File.WriteAllText(System.IO.Path.Combine(_home, ".config", "gcloud", "application_default_credentials.json"),
            JsonSerializer.Serialize(new { type = "authorized_user", client_id = "c", client_secret = "s", refresh_token = "r", token_uri = TokenUri }));
        Server.Then(Token("tok-u"), StubReply.Of(Gemini));

        await AskAsync(Client("gemini-3-pro"));

        Server.Requests[0].Text.ShouldBe("grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=r");
        Server.Requests[1].Headers["Authorization"].ShouldBe("Bearer tok-u");
    }

    [Fact]
    public async Task A_machine_in_the_cloud_asks_its_metadata_server()
    {
        _variables["GCE_METADATA_HOST"] = $"127.0.0.1:{Server.Port}";
        Server.Then(Token("tok-m"), StubReply.Of(Gemini));

        await AskAsync(Client("gemini-3-pro"));

        (Server.Requests[0].Path, Server.Requests[0].Headers["Metadata-Flavor"]).ShouldBe(("/computeMetadata/v1/instance/service-accounts/default/token", "Google"));
        Server.Requests[1].Headers["Authorization"].ShouldBe("Bearer tok-m");
    }

    [Fact]
    public async Task A_command_may_print_the_token_and_a_token_that_is_refused_is_replaced_once()
    {
        _variables[VertexSettings.CommandVariable] = "echo tok-c";
        Server.Then(StubReply.Error(401, "{}"), StubReply.Of(Gemini));

        await AskAsync(Client("gemini-3-pro"));

        Server.Requests.Select(static request => request.Headers["Authorization"]).ShouldBe(["Bearer tok-c", "Bearer tok-c"]);
    }

    [Fact]
    public async Task A_token_never_reaches_what_people_read()
    {
        _variables[VertexSettings.CommandVariable] = "echo tok-secret";
        Server.Always = StubReply.Error(403, """{"error":{"code":403,"message":"tok-secret may not do that"}}""");

        var fault = await Should.ThrowAsync<ModelException>(() => AskAsync(Client("gemini-3-pro")));

        fault.Message.ShouldBe("403 *** may not do that");
    }

    [Theory]
    [InlineData("exit 3", "it failed")]
    [InlineData("true", "it printed no token")]
    [InlineData("echo two words", "it printed no token")]
    public async Task A_command_without_a_token_is_an_error_that_names_it(string command, string reason)
    {
        _variables[VertexSettings.CommandVariable] = command;

        var fault = await Should.ThrowAsync<ModelException>(() => AskAsync(Client("gemini-3-pro")));

        (fault.Fault, Server.Requests.Count).ShouldBe((ModelFault.Unauthorized, 0));
        fault.Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("{ no json", "they are no JSON")]
    [InlineData("""{"type":"external_account"}""", "of the type 'external_account'")]
    [InlineData(null, "does not exist")]
    public async Task A_file_that_cannot_be_used_is_an_error_that_names_it(string? content, string reason)
    {
        var path = System.IO.Path.Combine(_home, "key.json");
        _variables["GOOGLE_APPLICATION_CREDENTIALS"] = path;
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        var fault = await Should.ThrowAsync<ModelException>(() => AskAsync(Client("gemini-3-pro")));

        fault.Message.ShouldContain(path);
        fault.Message.ShouldContain(reason);
    }

    [Fact]
    public async Task A_key_alone_is_used_at_the_express_address()
    {
        _variables.Clear();
        Server.Then(StubReply.Of(Gemini));

        await AskAsync(Client("gemini-3-pro", "gk-1"));

        Server.Requests[0].Path.ShouldBe("/v1beta1/publishers/google/models/gemini-3-pro:streamGenerateContent?alt=sse");
        Server.Requests[0].Headers["x-goog-api-key"].ShouldBe("gk-1");
        Server.Requests[0].Headers.ShouldNotContainKey("Authorization");
    }

    [Fact]
    public async Task A_key_beside_a_project_is_not_used_and_that_is_said()
    {
        _variables[VertexSettings.CommandVariable] = "echo tok-c";
        Server.Then(StubReply.Of(Gemini));

        await AskAsync(Client("gemini-3-pro", "gk-1"));

        Server.Requests[0].Headers.ShouldNotContainKey("x-goog-api-key");
        _reports.ShouldHaveSingleItem().ShouldContain("GOOGLE_API_KEY is set, too, and not used");
    }

    [Fact]
    public async Task Claude_is_asked_at_Vertex_in_its_own_form()
    {
        _variables[VertexSettings.CommandVariable] = "echo tok-c";
        Server.Then(StubReply.Of(Claude));

        await AskAsync(Client("claude-sonnet-4-5@20250929"));

        var request = Server.Requests[0];
        request.Path.ShouldBe("/v1/projects/p1/locations/europe-west1/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict");
        request.Text.ShouldStartWith("""{"anthropic_version":"vertex-2023-10-16","messages":""");
        request.Json.TryGetProperty("model", out _).ShouldBeFalse();
        (request.Headers["Authorization"], request.Headers.ContainsKey("anthropic-version")).ShouldBe(("Bearer tok-c", false));
    }

    [Theory]
    [InlineData("global", "https://aiplatform.googleapis.com/v1/projects/p1/locations/global/publishers/google/models/m")]
    [InlineData("us-east5", "https://us-east5-aiplatform.googleapis.com/v1/projects/p1/locations/us-east5/publishers/google/models/m")]
    public void The_address_follows_the_location(string location, string expected)
    {
        _variables["GOOGLE_CLOUD_LOCATION"] = location;

        new VertexSettings(Variable, null).Address(null, "v1", "google", "m").AbsoluteUri.ShouldBe(expected);
    }

    private string TokenUri => $"http://127.0.0.1:{Server.Port}/token";

    private static string Path() => "/v1beta1/projects/p1/locations/europe-west1/publishers/google/models/gemini-3-pro:streamGenerateContent?alt=sse";

    private static StubReply Token(string token) => StubReply.Error(200, JsonSerializer.Serialize(new { access_token = token, expires_in = 3600, token_type = "Bearer" }));

    private static async Task AskAsync(IChatClient client) => (await client.GetResponseAsync([new(ChatRole.User, "hi")])).Text.ShouldBe("fine");

    private void Credentials(object json)
    {
        var path = System.IO.Path.Combine(_home, "key.json");
        File.WriteAllText(path, JsonSerializer.Serialize(json));
        _variables["GOOGLE_APPLICATION_CREDENTIALS"] = path;
    }

    private string? Variable(string name) => _variables.GetValueOrDefault(name);

    private IChatClient Client(string model, string? key = null) => new ModelProvider([new ModelEntry
    {
        Protocol = ModelProtocols.VertexAI, Id = model, ApiKey = key, NeedsKey = false, BaseUrl = new Uri($"http://127.0.0.1:{Server.Port}"),
        Variable = Variable, Report = _reports.Add, TimeProvider = _clock,
    }]).Default.Client;
}
