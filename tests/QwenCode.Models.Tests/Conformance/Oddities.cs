using System.IO.Compression;
using System.Text;
using QwenCode.Models.Tests.Support;
using static QwenCode.Models.Tests.Support.OpenAIStream;

namespace QwenCode.Models.Tests.Conformance;

/// <summary>The table: a new oddity is one entry.</summary>
internal static class Oddities
{
    private const string Hello = "Hello there.";
    private const string Args = """{"p":"a.txt"}""";
    private const string Call1 = "c1 read " + Args;

    private static readonly string WholeJson =
        """{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there."},"finish_reason":"stop"}]}""";

    public static Oddity[] All { get; } =
    [
        // How the parts of a call come.
        new("ok", Sse(Answer(Hello))) { Text = Hello },
        new("noindex", Calling(Call(null, "c1", "read", Args[..5]), Call(null, null, null, Args[5..]))) { Calls = [Call1] },
        new("noid", Calling(Call(0, null, "read", Args))) { Calls = ["* read " + Args] },
        new("idrepeat", Calling(Call(0, "c1", "read", Args[..5]), Call(0, "c1", "read", Args[5..]))) { Calls = [Call1] },
        new("idempty", Calling(Call(0, "c1", "read", ""), Call(0, "", "", Args))) { Calls = [Call1] },
        new("idnull", Calling(Call(0, "c1", "read", ""), Chunk("""{"tool_calls":[{"index":0,"id":null,"function":{"name":null,"arguments":"{\"p\":\"a.txt\"}"}}]}"""))) { Calls = [Call1] },
        new("idnew", Calling(Call(0, "c1", "read", Args[..5]), Call(0, "c2", null, Args[5..9]), Call(0, "c3", "read", Args[9..]))) { Calls = [Call1] },
        new("namesplit", Calling(Call(0, "c1", "re", ""), Call(0, null, "ad", null), Call(0, null, null, Args))) { Calls = [Call1] },
        new("emptyobjfirst", Calling(Call(0, "c1", "read", "{}"), Call(0, null, null, Args))) { Calls = [Call1] },
        new("emptyobjfirst_id", Calling(Call(0, "c1", "read", "{}"), Call(0, "c1", "read", Args))) { Calls = [Call1] },
        new("emptyobjfirst_pieces", Calling(Call(0, "c1", "read", "{}"), Call(0, null, null, Args[..5]), Call(0, null, null, Args[5..]))) { Calls = [Call1] },
        new("emptyobjlast", Calling(Call(0, "c1", "read", Args), Call(0, "c1", null, ""))) { Calls = [Call1] },
        new("dupobj", Calling(Call(0, "c1", "read", Args), Call(0, null, null, Args))) { Calls = [Call1] },
        new("dupobj_id", Calling(Call(0, "c1", "read", Args), Call(0, "c1", "read", Args))) { Calls = [Call1] },
        new("dupobj_noindex", Calling(Call(null, "c1", "read", Args), Call(null, "c1", "read", Args))) { Calls = [Call1] },
        new("dupobj_noid", Calling(Call(0, null, "read", Args), Call(0, null, "read", Args))) { Calls = ["* read " + Args] },
        new("dupobj_pieces", Calling(Call(0, "c1", "read", Args[..5]), Call(0, null, null, Args[5..]), Call(0, "c1", "read", Args))) { Calls = [Call1] },
        new("dupobj_thrice", Calling(Call(0, "c1", "read", Args), Call(0, "c1", "read", Args), Call(0, "c1", "read", Args))) { Calls = [Call1] },
        new("dupmessage", Sse(Call(0, "c1", "read", Args) + Data($$$"""{"choices":[{"index":0,"message":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"read","arguments":{{{Quote(Args)}}}}}]},"finish_reason":"tool_calls"}]}""") + Done)) { Calls = [Call1] },
        new("cumulative", Calling(Call(0, "c1", "read", Args[..5]), Call(0, "c1", "read", Args))) { Calls = [Call1] },
        new("snapshots", Calling(Call(0, "c1", "f", """{"a":1}"""), Call(0, "c1", "f", """{"a":1,"b":2}"""))) { Calls = ["""c1 f {"a":1,"b":2}"""] },
        new("contradiction", Calling(Call(0, "c1", "f", """{"a":1}"""), Call(0, "c1", "f", """{"a":2}"""))) { Calls = ["c1 f {}"] },
        new("argsobject", Calling(Chunk("""{"tool_calls":[{"index":0,"id":"c1","function":{"name":"read","arguments":{"p":"a.txt"}}}]}"""))) { Calls = [Call1] },
        new("argsdouble", Calling(Call(0, "c1", "read", Quote(Args)))) { Calls = [Call1], Next = ["{\\\"p\\\":\\\"a.txt\\\"}"] },
        new("argsarray", Calling(Call(0, "c1", "read", "[1]"))) { Calls = ["c1 read [1]"], Next = ["\"arguments\":\"{}\""] },
        new("argsnumber", Calling(Call(0, "c1", "read", "42"))) { Calls = ["c1 read 42"], Next = ["\"arguments\":\"{}\""] },
        new("argswords", Calling(Call(0, "c1", "read", "the file"))) { Calls = ["c1 read \"the file\""], Next = ["\"arguments\":\"{}\""] },
        new("argsnull", Calling(Call(0, "c1", "read", "null"))) { Calls = ["c1 read {}"], Next = ["\"arguments\":\"{}\""] },
        new("lateindex", Calling(Call(null, "c1", "read", ""), Call(0, null, null, Args))) { Calls = [Call1] },
        new("lateindex_two", Calling(Call(null, "c1", "read", ""), Call(null, "c2", "look", ""), Call(0, null, null, Args), Call(1, null, null, "{}"))) { Calls = [Call1, "c2 look {}"] },
        new("stringindex", Calling(Chunk("""{"tool_calls":[{"index":"0","id":"c1","function":{"name":"read","arguments":""}}]}"""), Call(0, null, null, Args))) { Calls = [Call1] },
        new("sameindex", Calling(Call(0, "c1", "read", Args), Call(0, "c2", "look", "{}"))) { Calls = [Call1, "c2 look {}"] },
        new("sameid", Calling(Call(0, "c1", "read", Args), Call(1, "c1", "read", Args))) { Calls = [Call1, "c1_2 read " + Args] },
        new("stopcall", Sse(Call(0, "c1", "read", Args) + Finish() + Done)) { Calls = [Call1] },
        new("tooluse", Sse(Call(0, "c1", "read", Args) + Finish("tool_use") + Done)) { Calls = [Call1] },
        new("legacyfn", Sse(Chunk($$$"""{"function_call":{"name":"read","arguments":{{{Quote(Args)}}}}}""") + Finish("function_call") + Done)) { Calls = ["* read " + Args] },
        new("emptyname", Sse(Call(0, "c1", "", Args) + Finish("tool_calls") + Done)) { Error = "the answer is empty", Requests = 4 },
        new("emptyname_text", Sse(Text("I read.") + Call(0, "c1", "", Args) + Finish("tool_calls") + Done)) { Text = "I read." },
        new("emptynameplus", Calling(Call(0, "c1", "read", Args), Call(1, "", "", "{}"))) { Calls = [Call1] },
        new("badname", Calling(Call(0, "c1", "functions.read<|channel|>json", Args))) { Calls = [Call1] },
        new("spacename", Calling(Call(0, "c1", " read ", Args))) { Calls = [Call1] },
        new("dotname", Calling(Call(0, "c1", "my.tool/x", Args))) { Calls = ["c1 my.tool/x " + Args], Next = ["\"name\":\"my_tool_x\""] },
        new("scriptname", Calling(Call(0, "c1", "工具", Args))) { Calls = ["c1 工具 " + Args], Next = ["\"name\":\"__\""] },
        new("longname", Calling(Call(0, "c1", new string('n', 90), Args))) { Calls = [$"c1 {new string('n', 90)} {Args}"], Next = [$"\"name\":\"{new string('n', 64)}\""] },
        new("gemini3", Calling(Chunk("""{"tool_calls":[{"index":0,"id":"c1","type":"function","extra_content":{"google":{"thought_signature":"SIG"}},"function":{"name":"read","arguments":"{\"p\":\"a.txt\"}"}}]}""")))
            { Calls = [Call1], Next = ["\"extra_content\":{\"google\":{\"thought_signature\":\"SIG\"}}"] },

        // How an answer ends.
        new("nofinish_text", Sse(Text(Hello) + Done)) { Text = Hello },
        new("nofinish_call", Sse(Call(0, "c1", "read", Args) + Done)) { Calls = [Call1] },
        new("nofinish_nodone", Sse(Text(Hello))) { Error = "without a finish reason", Requests = 4, Text = Hello },
        new("nodone", Sse(Text(Hello) + Finish())) { Text = Hello },
        new("endturn", Sse(Text(Hello) + Finish("end_turn") + Done)) { Text = Hello },
        new("afterdone", Sse(Answer(Hello) + "garbage not sse\n\ndata: {broken\n\n")) { Text = Hello },
        new("finishfirst", Sse(Chunk("""{"content":"Hello"}""", "stop") + Text(" there.") + Done)) { Text = Hello },
        new("thinkonly", Sse(Thought("hard") + Finish() + Done)) { Error = "the model thought, and said nothing", Requests = 4, Thought = "hard" },
        new("netfin", Sse(Text("Half") + Finish("network_error") + Done)) { Error = "network_error", Requests = 4, Text = "Half" },
        new("insuff", Sse(Text("Half") + Finish("insufficient_system_resource") + Done)) { Error = "insufficient_system_resource", Requests = 4, Text = "Half" },
        new("errmid", Sse(Text("Hel") + Data("""{"error":{"code":502,"message":"Upstream died"}}"""))) { Error = "502 Upstream died", Requests = 4, Text = "Hel" },
        new("errmid2", Sse(Text("Hel") + Data("""{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":502,"message":"Provider disconnected"}}]}""") + Done)) { Error = "502 Provider disconnected", Requests = 4, Text = "Hel" },
        new("cf", Sse(Finish("content_filter") + Done)) { Error = "content filter", Advice = "other words" },
        new("cf_text", Sse(Text("Half") + Finish("content_filter") + Done)) { Error = "content filter", Text = "Half" },
        new("sensitive", Sse(Finish("sensitive") + Done)) { Error = "content filter" },
        new("refusal", Sse(Chunk("""{"role":"assistant","content":null,"refusal":"I cannot help with that."}""") + Finish() + Done)) { Text = "I cannot help with that." },

        // How text and thoughts come.
        new("thinktags", Sse(Text("<think>\nsecret") + Text("\n</think>\n\nHello there.") + Finish() + Done)) { Text = Hello, Thought = "\nsecret\n" },
        new("bothreason", Sse(Chunk("""{"reasoning":"R1","reasoning_content":"R1","reasoning_details":[{"text":"R1"}]}""") + Text(Hello) + Finish() + Done)) { Text = Hello, Thought = "R1" },
        new("reasoning_details", Sse(Chunk("""{"reasoning_details":[{"type":"reasoning.text","text":"deep"}]}""") + Answer(Hello))) { Text = Hello, Thought = "deep" },
        new("reasondict", Sse(Chunk("""{"reasoning":{"text":"dict"},"content":"Hello there."}""") + Finish() + Done)) { Text = Hello, Thought = "dict" },
        new("contentarr", Sse(Chunk("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"mistral"}]},{"type":"text","text":"Hello there."}]}""") + Finish() + Done)) { Text = Hello, Thought = "mistral" },
        new("twochoices", Sse(Data("""{"choices":[{"index":1,"delta":{"content":"OTHER"}},{"index":0,"delta":{"content":"Hello there."}}]}""") + Finish() + Done)) { Text = Hello },
        new("nullchoices", Sse(Data("""{"id":"x","choices":null}""") + Answer(Hello))) { Text = Hello },
        new("idnum", Sse(Data("""{"id":12345,"created":"now","choices":[{"index":"0","delta":{"content":"Hello there."},"finish_reason":"stop"}],"usage":{"prompt_tokens":"7","completion_tokens":null}}""") + Done)) { Text = Hello },
        new("usagefloat", Sse(Text(Hello) + Data("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1e30,"completion_tokens":-1,"total_tokens":3.5}}""") + Done)) { Text = Hello },
        new("surrogate", Sse(Chunk("{\"content\":\"A \\ud83d\"}") + Chunk("{\"content\":\"\\ude00 B\"}") + Finish() + Done)) { Text = "A 😀 B" },
        new("badutf8", new StubReply { Pieces = [[.. "data: {\"choices\":[{\"delta\":{\"content\":\"caf"u8, 0xC3, .. "\"}}]}\n\n"u8], Encoding.UTF8.GetBytes(Text(" au lait") + Finish() + Done)] }) { Text = "caf\uFFFD au lait" },
        new("badutf8_call", new StubReply { Pieces = [[.. "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"read\",\"arguments\":\"{\\\"p\\\":\\\""u8, 0xFF, .. "\\\"}\"}}]}}]}\n\n"u8], Encoding.UTF8.GetBytes(Finish("tool_calls") + Done)] }) { Calls = ["c1 read {\"p\":\"\uFFFD\"}"] },
        new("badutf8_json", new StubReply { ContentType = "application/json", Pieces = [[.. "{\"choices\":[{\"message\":{\"content\":\"caf"u8, 0xE9, .. "\"},\"finish_reason\":\"stop\"}]}"u8]] }) { Text = "caf\uFFFD" },

        // How the answer is framed.
        new("crlf", Sse(Answer(Hello).Replace("\n", "\r\n", StringComparison.Ordinal))) { Text = Hello },
        new("cr", Sse(Answer(Hello).Replace("\n", "\r", StringComparison.Ordinal))) { Text = Hello },
        new("nospace", Sse(Answer(Hello).Replace("data: ", "data:", StringComparison.Ordinal))) { Text = Hello },
        new("bom", Sse("\uFEFF" + Answer(Hello))) { Text = Hello },
        new("comments", Sse(": OPENROUTER PROCESSING\n\n: ping\n" + Answer(Hello))) { Text = Hello },
        new("multiline", Sse("data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"Hello there.\"},\"finish_reason\":\"stop\"}]}\n\n" + Done)) { Text = Hello },
        new("onenl", Sse(Answer(Hello).Replace("\n\n", "\n", StringComparison.Ordinal))) { Text = Hello },
        new("noendnl", Sse((Text(Hello) + Finish()).TrimEnd())) { Text = Hello },
        new("eventnames", Sse(Answer(Hello).Replace("data: ", "event: message\nid: 1\nretry: 100\ndata: ", StringComparison.Ordinal))) { Text = Hello },
        new("jsonct_sse", Sse(Answer(Hello)) with { ContentType = "application/json" }) { Text = Hello },
        new("plainct_sse", Sse(Answer(Hello)) with { ContentType = "text/plain; charset=utf-8" }) { Text = Hello },
        new("htmlct_sse", Sse(Answer(Hello)) with { ContentType = "text/html; charset=utf-8" }) { Text = Hello },
        new("ssect_json", Sse(WholeJson)) { Text = Hello },
        new("plainct_json", Sse(WholeJson) with { ContentType = "text/plain" }) { Text = Hello },
        new("nonstream", Sse(WholeJson) with { ContentType = "application/json" }) { Text = Hello },
        new("nonstream_nofinish", Sse("""{"choices":[{"message":{"content":"Hello there."}}]}""") with { ContentType = "application/json" }) { Text = Hello },
        new("ndjson", Sse((Text(Hello) + Finish()).Replace("data: ", "", StringComparison.Ordinal).Replace("\n\n", "\n", StringComparison.Ordinal)) with { ContentType = "application/x-ndjson" }) { Text = Hello },
        new("gzip", Packed("gzip", stream => new GZipStream(stream, CompressionLevel.Fastest), Answer(Hello))) { Text = Hello },
        new("br", Packed("br", stream => new BrotliStream(stream, CompressionLevel.Fastest), Answer(Hello))) { Text = Hello },
        new("deflate", Packed("deflate", stream => new ZLibStream(stream, CompressionLevel.Fastest), Answer(Hello))) { Text = Hello },
        new("gziperr", Packed("gzip", stream => new GZipStream(stream, CompressionLevel.Fastest), """{"error":{"message":"Invalid key here"}}""") with { Status = 401 }) { Error = "401 Invalid key here" },
        new("gzip_broken", Sse("no gzip") with { Headers = new() { ["Content-Encoding"] = "gzip" } }) { Error = "cannot be read", Requests = 4 },
        new("junkline", Sse("Hello junk\n\n" + Answer(Hello))) { Text = Hello },
        new("brokenchunk", Sse(Text("Hel") + Data("{\"half\":") + Text("lo") + Finish() + Done)) { Error = "not JSON", Requests = 4, Text = "Hel" },

        // Errors under a status that says that all is well.
        new("err200", Json("""{"error":{"message":"quota exceeded for project","type":"invalid_request_error"}}""")) { Error = "quota exceeded for project" },
        new("err200z", Json("""{"code":500,"msg":"404 NOT_FOUND","success":false}""")) { Error = "404 NOT_FOUND (code 500)" },
        new("err200minimax", Json("""{"id":"x","choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}""")) { Error = "insufficient balance (code 1008)", Advice = "balance" },
        new("err200minimax_sse", Sse(Data("""{"id":"x","choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"""))) { Error = "insufficient balance (code 1008)" },
        new("err200minimax_fine", Sse(Data("""{"base_resp":{"status_code":0,"status_msg":""},"choices":[{"delta":{"content":"Hello there."},"finish_reason":"stop"}]}"""))) { Text = Hello },
        new("err200dash", Sse(Data("""{"code":"InvalidParameter","message":"Range of input length should be [1, 30720]","request_id":"r"}"""))) { Error = "Range of input length should be [1, 30720]" },
        new("err200text", Sse("upstream connect error or disconnect/reset before headers") with { ContentType = "text/plain" }) { Error = "upstream connect error" },
        new("err200baidu", Json("""{"error_code":17,"error_msg":"Open api daily request limit reached"}""")) { Error = "Open api daily request limit reached (code 17)" },
        new("err200array", Json("""[{"error":{"code":400,"message":"API key not valid"}}]""")) { Error = "400 API key not valid" },
        new("err200unknown", Json("""{"hello":"world"}""")) { Error = """{"hello":"world"}""" },
        new("errevent", Sse("event: error\ndata: {\"message\":\"Input is too long for this model\",\"code\":400}\n\n")) { Error = "Input is too long for this model (code 400)" },
        new("errevent_text", Sse("event: error\ndata: out of memory\n\n")) { Error = "out of memory" },
        new("errllama", Sse("error: {\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"exceed_context_size_error\"}\n\n")) { Error = "exceeds the available context size (code 400)" },
        new("errllama_mid", Sse(Text("Hel") + "error: {\"code\":500,\"message\":\"slot died\"}\n\n")) { Error = "slot died (code 500)", Text = "Hel" },
        new("errlimit", Sse(Data("""{"code":"Throttling","type":"rate_limit","message":"slow down"}"""))) { Error = "slow down", Requests = 4 },
        new("html200", Sse("<html><title>Login</title></html>") with { ContentType = "text/html" }) { Error = "a web page ('Login')" },
        new("html200_json", Sse("<!doctype html><html></html>") with { ContentType = "application/json" }) { Error = "a web page" },
        new("empty", Sse(string.Empty)) { Error = "without a finish reason", Requests = 4 },

        // Errors with a status.
        new("fastapi", Failed(422, """{"detail":[{"type":"missing","loc":["body","model"],"msg":"Field required"}]}""")) { Error = "422 body.model: Field required" },
        new("mistral", Failed(422, """{"object":"error","message":{"detail":[{"type":"x","loc":["body","messages",2],"msg":"Extra inputs are not permitted"}]},"code":"1210"}""")) { Error = "422 body.messages.2: Extra inputs are not permitted" },
        new("cloudflare", Failed(400, """{"success":false,"errors":[{"code":7003,"message":"Could not route to /ai"}]}""")) { Error = "400 Could not route to /ai" },
        new("openrouter", Failed(400, """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"prompt is too long\"}}","provider_name":"Anthropic"}}}""")) { Error = "400 Provider returned error (Anthropic): prompt is too long" },
        new("aws", Failed(403, """{"Message":"User is not authorized"}""")) { Error = "403 User is not authorized" },
        new("errorstr", Failed(404, """{"error":"model \"x\" not found, try pulling it first"}""")) { Error = "404 model \"x\" not found" },
        new("errorstr2", Failed(400, """{"error":"invalid_request","error_description":"The thing is wrong"}""")) { Error = "400 invalid_request: The thing is wrong" },
        new("errobjmsg", Failed(400, """{"error":{"message":{"text":"nested"}}}""")) { Error = "400 nested" },
        new("moderation", Failed(400, """{"error":{"message":"","type":"x"}}""")) { Error = """400 {"error":{"message":"","type":"x"}}""" },
        new("html403", Failed(403, "<html><title>403 Forbidden: Request blocked by WAF</title></html>")) { Error = "Request blocked by WAF" },
        new("quota", Failed(429, """{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}""")) { Error = "429 You exceeded", Advice = "quota" },
        new("glm1113", Failed(429, """{"error":{"code":"1113","message":"余额不足或无可用资源包,请充值。"}}""")) { Error = "余额不足", Advice = "balance" },
        new("ds402", Failed(402, """{"error":{"message":"Insufficient Balance","code":"invalid_request_error"}}""")) { Error = "402 Insufficient Balance", Advice = "balance" },
        new("grpc", Failed(429, """[{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"4000s"}]}}]""")) { Error = "429 Quota exceeded", Advice = "4000 s" },
        new("redir301", Failed(301, "", ("Location", "https://models.example/api/v1/chat/completions"))) { Error = "301", Advice = "set the base URL to https://models.example/api/v1 " },
        new("redirrel", Failed(301, "", ("Location", "/api/v2/chat/completions"))) { Error = "301", Advice = "/api/v2 (OPENAI_BASE_URL" },
        new("captive", Failed(302, "", ("Location", "https://login.corp.example/sso"))) { Error = "302", Advice = "sign-in page" },
    ];

    private static StubReply Sse(string body) => StubReply.Of(body) with { Framing = StubFraming.Length };

    private static StubReply Json(string body) => Sse(body) with { ContentType = "application/json" };

    private static StubReply Failed(int status, string body, params (string, string)[] headers) => StubReply.Error(status, body, headers);

    private static StubReply Calling(params string[] chunks) => Sse(string.Concat(chunks) + Finish("tool_calls") + Done);

    private static StubReply Packed(string coding, Func<Stream, Stream> pack, string body)
    {
        using var packed = new MemoryStream();
        using (var stream = pack(packed))
        {
            stream.Write(Encoding.UTF8.GetBytes(body));
        }

        return new StubReply { Pieces = [packed.ToArray()], Headers = new() { ["Content-Encoding"] = coding }, Framing = StubFraming.Length };
    }
}
