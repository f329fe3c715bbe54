using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models;

namespace QwenCode.Storage.Transcripts;

/// <summary>
/// Makes a history that a model can be sent again: every call is followed by exactly one result, because a provider refuses a history in
/// which one is missing, doubled or without its call. Thoughts stay with the answer they led to: thinking models want them back.
/// </summary>
internal sealed class HistoryBuilder
{
    /// <summary>What stands in for a result that was never recorded.</summary>
    public const string MissingResult = "cancelled: the session ended before this call had a result";

    private readonly List<Item> _items = [];
    private readonly List<Item> _unanswered = [];

    /// <summary>Gets how many results had no call, and were left out.</summary>
    public int OrphanResults { get; private set; }

    /// <summary>Adds a message, in the order of the conversation.</summary>
    public void Add(ChatMessage message)
    {
        if (message.Role == ChatRole.Assistant)
        {
            AddAnswer(message);
            return;
        }

        var said = new List<AIContent>();
        foreach (var content in message.Contents)
        {
            if (content is FunctionResultContent result)
            {
                AddResult(result);
            }
            else
            {
                said.Add(content);
            }
        }

        if (said.Count > 0)
        {
            _items.Add(new Item(ChatRole.User, said));
        }
    }

    /// <summary>Returns the history.</summary>
    public IReadOnlyList<HistoryMessage> Build()
    {
        var messages = new List<HistoryMessage>(_items.Count);
        foreach (var item in _items)
        {
            // A thought that led to nothing is no answer.
            if (item.Contents.TrueForAll(static content => content is TextReasoningContent))
            {
                continue;
            }

            messages.Add(new HistoryMessage(item.Role, item.Contents) { Origin = item.Origin });
            if (item.Calls.Count > 0)
            {
                messages.Add(new HistoryMessage(ChatRole.Tool,
                    [.. item.Calls.Select(static slot => slot.Result ?? new FunctionResultContent(slot.Id, MissingResult))]));
            }
        }

        return messages;
    }

    private void AddAnswer(ChatMessage message)
    {
        var contents = message.Contents;
        // An agent's answer may be recorded in pieces, one a text and one a call; only together can their results follow them.
        if (_items is not [.., var item] || item.Role != ChatRole.Assistant || item.Calls.Exists(static slot => slot.Result is not null))
        {
            item = new Item(ChatRole.Assistant, []) { Origin = (message as HistoryMessage)?.Origin };
            _items.Add(item);
        }
        else if (item.Origin != (message as HistoryMessage)?.Origin)
        {
            item.Origin = ModelOrigin.Nobody;
        }

        foreach (var content in contents)
        {
            if (content is not FunctionCallContent call)
            {
                item.Contents.Add(content);
                continue;
            }

            if (call.CallId.Length == 0)
            {
                call = new FunctionCallContent($"call_unnamed_{_items.Count}_{item.Calls.Count}", call.Name,
                    call.Arguments) { RawRepresentation = call.RawRepresentation, AdditionalProperties = call.AdditionalProperties };
            }

            item.Contents.Add(call);
            item.Calls.Add(new Slot(call.CallId, call.Name));
            if (item.Calls.Count == 1)
            {
                _unanswered.Add(item);
            }
        }
    }

    private void AddResult(FunctionResultContent result)
    {
        // The latest answer first: some models count their calls from the beginning in every answer.
        for (var i = _unanswered.Count - 1; i >= 0; i--)
        {
            var item = _unanswered[i];
            var slot = item.Calls.Find(slot => slot.Result is null
                && (result.CallId.Length > 0 ? slot.Id == result.CallId : slot.Name == result.RawRepresentation as string));
            if (slot is null)
            {
                continue;
            }

            slot.Result = new FunctionResultContent(slot.Id, result.Result) { Exception = result.Exception };
            if (item.Calls.TrueForAll(static slot => slot.Result is not null))
            {
                _unanswered.RemoveAt(i);
            }

            return;
        }

        OrphanResults++;
    }

    private sealed class Item(ChatRole role, List<AIContent> contents)
    {
        public ChatRole Role { get; } = role;

        public List<AIContent> Contents { get; } = contents;

        public ModelOrigin? Origin { get; set; }

        public List<Slot> Calls { get; } = [];
    }

    private sealed class Slot(string id, string name)
    {
        public string Id { get; } = id;

        public string Name { get; } = name;

        public FunctionResultContent? Result { get; set; }
    }
}
