using System.Text;
using System.Text.Json;
using QwenCode.Protocol.Control;

namespace QwenCode.Protocol.Tests;

internal static class Messages
{
    public static InputMessage Parse(string json) => InputMessage.Read(Encoding.UTF8.GetBytes(json), out _).ShouldNotBeNull();

    public static InputMessage Success(JsonElement request, string response) => Parse(
        $"{{\"type\":\"control_response\",\"response\":{{\"subtype\":\"success\",\"request_id\":\"{Id(request)}\",\"response\":{response}}}}}");

    public static InputMessage Error(JsonElement request, string message) => Parse(
        $"{{\"type\":\"control_response\",\"response\":{{\"subtype\":\"error\",\"request_id\":\"{Id(request)}\",\"error\":\"{message}\"}}}}");

    public static string Id(JsonElement request) => request.GetProperty("request_id").GetString()!;

    public static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;
}
