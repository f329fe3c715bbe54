using System.Net;
using QwenCode.Tools;

namespace QwenCode.Plugin.Web.Tests;

public sealed class WebSearchTests
{
    private const string TavilySetting = """{"provider":[{"type":"tavily","apiKey":"tvly-secret"}]}""";

    private const string BothSetting =
        """{"provider":[{"type":"google","apiKey":"goog-secret","searchEngineId":"cx1","language":"de","maxResults":3},{"type":"tavily","apiKey":"tvly-secret"},{"type":"dashscope"}]}""";

    private readonly WebFixture _web = new();
    private readonly List<(HttpRequestMessage Request, string Body)> _sent = [];

    [Fact]
    public async Task An_answer_comes_with_its_sources()
    {
        _web.Settings["webSearch"] = TavilySetting;

        var result = await SearchAsync("""{"answer":"It is 42.","results":[{"title":"A","url":"https://a.example","content":"c","score":0.9},{"title":"B","url":"https://b.example"}]}""");

        result.Content.ToText().ShouldBe("Web search results for \"what\" (via Tavily):\n\nIt is 42.\n\nSources:\n[1] A (https://a.example)\n[2] B (https://b.example)");
        var (request, body) = _sent.ShouldHaveSingleItem();
        request.Headers.Authorization!.ToString().ShouldBe("Bearer tvly-secret");
        body.ShouldBe("""{"query":"what","search_depth":"advanced","max_results":5,"include_answer":true}""");
    }

    [Fact]
    public async Task Without_an_answer_the_best_five_are_listed()
    {
        _web.Settings["webSearch"] = TavilySetting;
        var items = string.Join(',', Enumerable.Range(1, 7).Select(i => $$"""{"title":"T{{i}}","url":"https://{{i}}.example","content":"snippet {{i}}","score":0.{{9 - i}}5,"published_date":"2025-01-0{{i}}"}"""));

        var text = (await SearchAsync($$"""{"results":[{{items}}]}""")).Content.ToText();

        text.ShouldContain("1. **T1**\n   snippet 1\n   Source: https://1.example\n   Relevance: 85%\n   Published: 2025-01-01\n\n2. **T2**");
        text.ShouldContain("5. **T5**");
        text.ShouldNotContain("T6");
        text.ShouldContain("web_fetch");
    }

    [Fact]
    public async Task Google_is_asked_with_its_options_and_the_key_is_not_in_the_address()
    {
        _web.Settings["webSearch"] = BothSetting;

        var result = await SearchAsync("""{"items":[{"title":"A","link":"https://a.example","snippet":"s"}]}""", provider: "google");

        result.Content.ToText().ShouldContain("(via Google):\n\n1. **A**\n   s\n   Source: https://a.example\n");
        var address = _sent.ShouldHaveSingleItem().Request.RequestUri!;
        address.Query.ShouldBe("?cx=cx1&q=what&num=3&safe=medium&hl=de");
        _sent[0].Request.Headers.GetValues("X-Goog-Api-Key").ShouldBe(["goog-secret"]);
    }

    [Theory]
    [InlineData(null, "api.tavily.com")]
    [InlineData("google", "www.googleapis.com")]
    [InlineData("dashscope", "api.tavily.com")]
    public async Task The_usual_provider_is_the_one_that_is_set_or_else_tavily(string? usual, string host)
    {
        _web.Settings["webSearch"] = usual is null ? BothSetting : BothSetting[..^1] + $",\"default\":\"{usual}\"}}";

        await SearchAsync("{}");

        _sent.ShouldHaveSingleItem().Request.RequestUri!.Host.ShouldBe(host);
    }

    [Theory]
    [InlineData("TAVILY_API_KEY", "api.tavily.com")]
    [InlineData("GOOGLE_API_KEY GOOGLE_SEARCH_ENGINE_ID", "www.googleapis.com")]
    [InlineData("GOOGLE_API_KEY", null)]
    public async Task Environment_variables_configure_it_where_there_is_no_setting(string variables, string? host)
    {
        var result = await SearchAsync("{}", environment: name => variables.Split(' ').Contains(name) ? "value" : null);

        _sent.Select(sent => sent.Request.RequestUri!.Host).ShouldBe(host is null ? [] : [host]);
        (result.Error is null).ShouldBe(host is not null);
    }

    [Fact]
    public async Task Without_a_provider_the_error_says_what_to_set()
    {
        var result = await SearchAsync("{}");

        result.Error.ShouldNotBeNull().Type.ShouldBe(ToolError.ExecutionFailed);
        result.Error.Message.ShouldStartWith("Error during web search: no search provider is configured.");
        result.Error.Message.ShouldContain("TAVILY_API_KEY");
        result.Error.Message.ShouldContain("webSearch");
    }

    [Fact]
    public async Task A_provider_that_is_not_there_is_an_error_that_lists_those_that_are()
    {
        _web.Settings["webSearch"] = BothSetting;

        var result = await SearchAsync("{}", provider: "bing");

        result.Error.ShouldNotBeNull().Message.ShouldBe("Error during web search: the provider \"bing\" is not available. Available: tavily, google");
    }

    [Fact]
    public async Task Nothing_found_is_said()
    {
        _web.Settings["webSearch"] = TavilySetting;

        (await SearchAsync("""{"answer":"","results":[]}""")).Content.ToText().ShouldStartWith("Nothing was found for \"what\" (via Tavily).");
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "{\"error\":\"bad key tvly-secret\"}", "Tavily answered 401 Unauthorized; check its API key")]
    [InlineData(HttpStatusCode.InternalServerError, "", "Tavily answered 500 Internal Server Error")]
    [InlineData(HttpStatusCode.OK, "<html>", "Tavily did not answer with JSON")]
    public async Task A_provider_that_fails_is_an_error_without_secrets(HttpStatusCode status, string body, string reason)
    {
        _web.Settings["webSearch"] = TavilySetting;

        var result = await SearchAsync(body, status: status);

        result.Error.ShouldNotBeNull().Message.ShouldBe($"Error during web search: {reason}");
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("q", " ")]
    public void Arguments_that_cannot_be_used_are_refused(string query, string? provider)
    {
        (string, string)[] members = provider is null ? [("query", query)] : [("query", query), ("provider", provider)];

        Should.Throw<ToolArgumentException>(() => new WebSearchTool().Prepare(WebFixture.Arguments(members), _web.Context)).Message.ShouldEndWith("cannot be empty.");
    }

    [Fact]
    public async Task The_question_suggests_the_tools_rule()
    {
        var call = new WebSearchTool().Prepare(WebFixture.Arguments(("query", "what")), _web.Context);

        call.Consent.ShouldBe(ToolConsent.Ask);
        (await call.ConfirmAsync(default)).ShouldBeOfType<InfoConfirmation>().SuggestedRules.ShouldBe(["WebSearch"]);
    }

    private async Task<ToolResult> SearchAsync(
        string answer, string? provider = null, HttpStatusCode status = HttpStatusCode.OK, Func<string, string?>? environment = null)
    {
        var client = WebFixture.Client(request =>
        {
            _sent.Add((request, request.Content?.ReadAsStringAsync().GetAwaiter().GetResult() ?? string.Empty));
            return WebFixture.Json(answer, status);
        });
        var tool = new WebSearchTool(client, environment ?? (static _ => null));
        (string, string)[] members = provider is null ? [("query", "what")] : [("query", "what"), ("provider", provider)];
        return await tool.Prepare(WebFixture.Arguments(members), _web.Context).ExecuteAsync(default);
    }
}
