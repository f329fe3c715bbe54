using System.Text;
using System.Text.Json;
using QwenCode.Models.Transport;
using QwenCode.Platform.Json;
using QwenCode.Platform.Text;

namespace QwenCode.Models.Cassettes;

/// <summary>
/// Reads the body of a request of any protocol into pieces: the words of the conversation without the form that a protocol gives them.
/// </summary>
/// <param name="text">What makes texts comparable.</param>
internal sealed class RequestReader(CassetteText text)
{
    // What the program says before the first prompt, and what stands for the model's answer to it.
    private const string Acknowledgement = "Got it. Thanks for the context!";
    private const string ReminderStart = "<system-reminder>";
    private const int LongestPrompt = 80;

    private static readonly string[] OfConversation =
        ["messages", "contents", "input", "system", "systemInstruction", "system_instruction", "instructions", "tools"];

    /// <summary>Reads a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="protocol">The name of its protocol.</param>
    public ReadRequest Read(TransportRequest request, string protocol)
    {
        var items = new List<RequestItem>();
        using (var body = JsonDocument.Parse(Join(request.Body)))
        {
            AddBody(items, body.RootElement);
        }

        var first = FirstPrompt(items);
        var prompt = first < 0 ? string.Empty : items[first].Text;
        var step = 0;
        for (var i = Math.Max(first, 0) + 1; i < items.Count; i++)
        {
            step += items[i].IsOfModel && !items[i - 1].IsOfModel ? 1 : 0;
        }

        var tail = items.Skip(ReadRequest.TailStart(items)).Where(static item => item.Kind is not RequestItem.Reminder);
        return new ReadRequest(
            RequestItem.DigestOf($"{protocol}\n{prompt}"),
            OneLine(prompt),
            step,
            RequestItem.DigestOf(string.Join('\n', tail.Select(static item => $"{item.Kind} {item.Text}"))),
            items);
    }

    /// <summary>Returns a text as one short line for people.</summary>
    /// <param name="text">The text.</param>
    public static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length > LongestPrompt ? TextCut.Head(line, LongestPrompt) + "…" : line;
    }

    private static byte[] Join(List<byte[]> segments)
    {
        using var joined = new MemoryStream();
        foreach (var segment in segments)
        {
            joined.Write(segment);
        }

        return joined.ToArray();
    }

    private static int FirstPrompt(List<RequestItem> items)
    {
        var first = items.FindIndex(static item => item.Kind is RequestItem.User);
        return first >= 0 && first + 1 < items.Count && items[first + 1] is { Kind: RequestItem.Assistant, Text: Acknowledgement }
            && items.FindIndex(first + 1, static item => item.Kind is RequestItem.User) is >= 0 and var next ? next : first;
    }

    private void AddBody(List<RequestItem> items, JsonElement body)
    {
        foreach (var name in (ReadOnlySpan<string>)["system", "systemInstruction", "system_instruction", "instructions"])
        {
            if (body.TryMember(name, out var system))
            {
                AddTexts(items, RequestItem.System, system.TryMember("parts", out var parts) ? parts : system);
            }
        }

        if (body.TryMember("tools", out var tools))
        {
            Add(items, RequestItem.Tools, tools.GetRawText());
        }

        Add(items, RequestItem.Settings, Settings(body));
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var list in (ReadOnlySpan<string>)["messages", "contents", "input"])
        {
            if (body.Member(list) is { ValueKind: JsonValueKind.Array } messages)
            {
                foreach (var message in messages.EnumerateArray())
                {
                    AddMessage(items, message, names);
                }
            }
        }
    }

    private void AddMessage(List<RequestItem> items, JsonElement message, Dictionary<string, string> names)
    {
        var role = message.Text("role");
        var kind = role switch
        {
            "system" or "developer" => RequestItem.System,
            "assistant" or "model" => RequestItem.Assistant,
            _ => RequestItem.User,
        };
        if (role is "tool")
        {
            AddResult(items, message.Text("tool_call_id"), message.Member("content"), names);
            return;
        }

        if (message.Text("reasoning_content") is { Length: > 0 } thought)
        {
            Add(items, RequestItem.Thought, thought);
        }

        var content = message.TryMember("parts", out var parts) ? parts : message.Member("content");
        if (content.ValueKind is JsonValueKind.String)
        {
            AddText(items, kind, content.Text());
        }
        else if (content.ValueKind is JsonValueKind.Array)
        {
            foreach (var block in content.EnumerateArray())
            {
                AddBlock(items, kind, block, names);
            }
        }

        foreach (var call in message.Array("tool_calls"u8)?.EnumerateArray() ?? default)
        {
            var function = call.Member("function");
            AddCall(items, call.Text("id"), function.Text("name"), function.Text("arguments") ?? string.Empty, names);
        }
    }

    private void AddBlock(List<RequestItem> items, string kind, JsonElement block, Dictionary<string, string> names)
    {
        if (block.TryMember("functionCall", out var call))
        {
            AddCall(items, call.Text("id"), call.Text("name"), call.Member("args").ToString(), names);
        }
        else if (block.TryMember("functionResponse", out var response))
        {
            AddResult(items, response.Text("id"), response.Member("response"), names, response.Text("name"));
        }
        else if (block.Text("type") is "tool_use")
        {
            AddCall(items, block.Text("id"), block.Text("name"), block.Member("input").ToString(), names);
        }
        else if (block.Text("type") is "tool_result")
        {
            AddResult(items, block.Text("tool_use_id"), block.Member("content"), names);
        }
        else if (block.Text("thinking") is { } thought)
        {
            Add(items, RequestItem.Thought, thought);
        }
        else if (block.Text("text") is { } words)
        {
            if (block.IsTrue("thought"))
            {
                Add(items, RequestItem.Thought, words);
            }
            else
            {
                AddText(items, kind, words);
            }
        }
        else
        {
            // Media and what else there is: what it is, and a name for the rest.
            var raw = block.GetRawText();
            Add(items, kind, $"[{block.Text("type") ?? "part"} of {raw.Length} characters, {RequestItem.DigestOf(raw)}]");
        }
    }

    private void AddTexts(List<RequestItem> items, string kind, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.String)
        {
            AddText(items, kind, value.Text());
        }
        else if (value.ValueKind is JsonValueKind.Array)
        {
            foreach (var part in value.EnumerateArray())
            {
                AddText(items, kind, part.Text("text") ?? part.ToString());
            }
        }
    }

    private void AddText(List<RequestItem> items, string kind, string words)
    {
        if (words.Trim().Length > 0)
        {
            var isReminder = kind is RequestItem.User && words.StartsWith(ReminderStart, StringComparison.Ordinal);
            Add(items, isReminder ? RequestItem.Reminder : kind, words);
        }
    }

    private void AddCall(List<RequestItem> items, string? id, string? name, string arguments, Dictionary<string, string> names)
    {
        if (id is not null)
        {
            names[id] = name ?? string.Empty;
        }

        Add(items, RequestItem.Call, $"{name} {arguments}");
    }

    private void AddResult(
        List<RequestItem> items, string? id, JsonElement content, Dictionary<string, string> names, string? name = null)
    {
        var words = new StringBuilder();
        if (content.ValueKind is JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                words.Append(part.Text("text") ?? $"[{part.Text("type")} {RequestItem.DigestOf(part.GetRawText())}]");
            }
        }
        else
        {
            words.Append(content.ToString());
        }

        Add(items, RequestItem.Result, $"{name ?? (id is null ? null : names.GetValueOrDefault(id))}: {words}");
    }

    private void Add(List<RequestItem> items, string kind, string words) => items.Add(new RequestItem(kind, text.Normalize(words)));

    private static string Settings(JsonElement body)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in body.ValueKind is JsonValueKind.Object ? body.EnumerateObject() : default)
            {
                if (Array.IndexOf(OfConversation, member.Name) < 0)
                {
                    member.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
