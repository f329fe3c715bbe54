using QwenCode.Fuzzing;
using QwenCode.Protocol.Control;

namespace QwenCode.Protocol.Tests;

/// <summary>Lines of hosts that are broken in every way: each is a message or a reason why it is none.</summary>
[Collection(FuzzCollection.Name)]
public sealed class FuzzTests
{
    private static readonly string[] Lines =
    [
        """{"type":"user","session_id":"","message":{"role":"user","content":"hi"},"parent_tool_use_id":null}""" + "\n",
        """{"type":"user","message":{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AQID"}}]}}""" + "\n",
        """{"type":"control_request","request_id":"r1","request":{"subtype":"initialize","hooks":null,"sdkMcpServers":["a"],"mcpServers":{"b":{"command":"x"}},"agents":[{"name":"n","description":"d","systemPrompt":"p","level":"session","tools":["read_file"],"permissions":{"allow":["Read"],"ask":"Edit","deny":["Bash(rm *)"]}}]}}""" + "\n",
        """{"type":"control_request","request_id":"r2","request":{"subtype":"set_permission_mode","mode":"plan"}}""" + "\n",
        """{"type":"control_response","response":{"subtype":"success","request_id":"r3","response":{"behavior":"allow","updatedInput":{"a":1}}}}""" + "\n",
        """{"type":"control_cancel_request","request_id":"r1"}""" + "\n",
    ];

    private static readonly string[] Words = ["{", "}", "[", "]", "\"", "\\ud800", "null", "1e999", "\n", "\r\n", "\0", "\uFEFF", ":", ",", "\"type\":7,", "{\"a\":", "[["];

    [Fact]
    public void Any_line_of_a_host_is_a_message_or_has_a_reason() => Fuzz.Run(1, Lines, Words, static bytes =>
    {
        var reader = new JsonLineReader(new MemoryStream(bytes));
        while (reader.TryRead(out var line))
        {
            var message = InputMessage.Read(line.Span, out var problem);
            (message is null).ShouldBe(problem is not null || line.IsEmpty);
            if (message is null)
            {
                continue;
            }

            _ = (message.RequestId, message.Subtype);
            try
            {
                _ = message.Type == "user" ? UserContent.Read(message).Count : message.Subtype == "initialize" ? InitializeRequest.Read(message.Request).Agents.Count : 0;
            }
            catch (HostRequestException)
            {
                // Answered with the sentence.
            }
        }
    });
}
