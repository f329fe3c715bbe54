using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Fuzzing;
using QwenCode.Permissions;
using QwenCode.Platform.Json;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.Control;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Tests;

/// <summary>Lines of editors that are broken in every way: each is a message, or an error with a code.</summary>
[Collection(FuzzCollection.Name)]
public sealed class AcpFuzzTests
{
    private static readonly string[] Lines =
    [
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":1,"clientCapabilities":{"fs":{"readTextFile":true,"writeTextFile":true},"session":{"notices":{}}}}}""" + "\n",
        """{"jsonrpc":"2.0","id":"a","method":"session/prompt","params":{"sessionId":"s","prompt":[{"type":"text","text":"hi"},{"type":"image","data":"AQID","mimeType":"image/png"},{"type":"resource_link","uri":"file:///a%20b","name":"a"},{"type":"resource","resource":{"uri":"file:///c","text":"t"}},{"type":"resource","resource":{"uri":"x:y","blob":"AQID","mimeType":"application/pdf"}}]}}""" + "\n",
        """{"jsonrpc":"2.0","id":3,"result":{"outcome":{"outcome":"selected","optionId":"proceed_once"},"answers":{"0":"A","1":7}}}""" + "\n",
        """{"jsonrpc":"2.0","id":3,"error":{"code":-32603,"message":"no","data":{"details":"gone"}}}""" + "\n",
        """{"jsonrpc":"2.0","method":"session/cancel","params":{"sessionId":"s"}}""" + "\n",
    ];

    private static readonly string[] Words = ["{", "}", "[", "]", "\"", "\\ud800", "null", "1e999", "\n", "\0", "\"id\":", ":", ",", "\"uri\":\"file://%00\"", "\"type\":", "[["];

    private static readonly PermissionRequested Asked = new(
        AgentId.Main, "r", new ToolCallInfo("c", "run", default), new InfoConfirmation("Title", "Prompt", []), OffersAlways: true);

    private static readonly IReadOnlyList<PermissionChoice> Choices = PermissionChoices.Of(Asked, ApprovalMode.Default);

    [Fact]
    public void Any_line_of_an_editor_is_a_message_or_an_error() => Fuzz.Run(2, Lines, Words, static bytes =>
    {
        var sink = new RecordingSink();
        var peer = new JsonRpcPeer(sink);
        var reader = new JsonLineReader(new MemoryStream(bytes));
        while (reader.TryRead(out var line))
        {
            JsonElement id = default;
            try
            {
                var message = JsonRpcMessage.Read(line.Span, out id);
                _ = AcpClient.Read(message.Parameters);
                peer.Answer(message);
                if (message.IsRequest)
                {
                    peer.Result(message.Id, static _ => { });
                    _ = AcpPrompt.Read(message.Parameters.Member("prompt"u8)).Text;
                }

                // Nothing but the offered options runs a call.
                var answer = PermissionRequest.Read(message.Json.Member("result"u8), Asked, Choices);
                (answer.Outcome is PermissionOutcome.Cancel || line.Span.IndexOf("proceed_once"u8) >= 0).ShouldBeTrue();
            }
            catch (JsonRpcException exception)
            {
                peer.Error(id, exception);
                sink.All()[^1].GetProperty("error").GetProperty("code").GetInt32().ShouldBe(exception.Code);
            }
        }
    });
}
