using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models;

namespace QwenCode.Kernel.Turns;

/// <summary>
/// Puts the pieces of a streamed answer together: texts, thoughts and calls in the order they came, each with its signature, because
/// providers refuse an answer that comes back in another order. A call that the client has run itself, with functions of its own, is left
/// out: it is not ours to run again.
/// </summary>
internal sealed class ResponseCollector
{
    private readonly List<AIContent> _parts = [];
    private readonly List<FunctionCallContent> _calls = [];

    // What the client sent, beside each call: ids may have been replaced in ours, and a client marks its own when it runs them.
    private readonly List<FunctionCallContent> _sent = [];
    private readonly StringBuilder _open = new();
    private bool _openIsReasoning;
    private HashSet<string>? _callIds;
    private List<string>? _foreign;

    /// <summary>Gets what the answer took; <c>null</c> if the provider did not say.</summary>
    public UsageDetails? Usage { get; private set; }

    /// <summary>Gets why the answer ended; <c>null</c> if it was cut without a reason.</summary>
    public ChatFinishReason? FinishReason { get; private set; }

    /// <summary>Gets the calls, in the order the model made them.</summary>
    public IReadOnlyList<FunctionCallContent> Calls => _calls;

    /// <summary>Gets the names of the functions that the client ran itself.</summary>
    public IReadOnlyList<string> ForeignCalls => _foreign ?? [];

    /// <summary>Gets whether nothing came.</summary>
    public bool IsEmpty => _parts.Count == 0 && _open.Length == 0;

    /// <summary>Adds a piece of the answer's text; one that is signed stays a part of its own.</summary>
    public void Text(TextContent text)
    {
        if (Signatures.ExtraContent(text) is null)
        {
            Add(text.Text, isReasoning: false);
            return;
        }

        Close();
        _parts.Add(text);
    }

    /// <summary>Adds a piece of the model's thoughts; a signature ends the thought that it signs.</summary>
    public void Reasoning(TextReasoningContent thought)
    {
        if (Signatures.IsRedacted(thought))
        {
            Close();
            _parts.Add(thought);
            return;
        }

        Add(thought.Text, isReasoning: true);
        if (thought.ProtectedData is { } signature)
        {
            if (!_openIsReasoning)
            {
                Close();
            }

            _parts.Add(new TextReasoningContent(_open.ToString()) { ProtectedData = signature });
            _open.Clear();
        }
    }

    /// <summary>Adds a part that only its provider understands.</summary>
    public void Other(ProviderContent part)
    {
        Close();
        _parts.Add(part);
    }

    /// <summary>Notes why the answer ended.</summary>
    public void Finish(ChatFinishReason reason) => FinishReason = reason;

    /// <summary>Adds usage; some providers send it in parts.</summary>
    public void Count(UsageDetails usage)
    {
        if (Usage is null)
        {
            Usage = usage;
        }
        else
        {
            Usage.Add(usage);
        }
    }

    /// <summary>Adds a call. Results are matched to calls by id, so an id that is missing or comes twice is replaced.</summary>
    public void Call(FunctionCallContent call)
    {
        _sent.Add(call);
        var ids = _callIds ??= new HashSet<string>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(call.CallId) || !ids.Add(call.CallId))
        {
            call = new FunctionCallContent($"call_{Guid.NewGuid():N}", call.Name, call.Arguments)
            {
                RawRepresentation = call.RawRepresentation,
                Exception = call.Exception,
                AdditionalProperties = call.AdditionalProperties,
            };
            ids.Add(call.CallId);
        }

        Close();
        _calls.Add(call);
        _parts.Add(call);
    }

    /// <summary>Takes the result of a call that the client ran itself.</summary>
    public void Result(FunctionResultContent result)
    {
        // Ids may come again in a later round of the client's own loop; the result is that of the latest.
        var at = _sent.FindLastIndex(call => call.CallId == result.CallId);
        if (at >= 0)
        {
            RemoveForeign(at);
        }
    }

    /// <summary>Leaves out what the client says it has run itself. A client may say so at any time before the end of the stream.</summary>
    public void Settle()
    {
        for (var at = _sent.Count - 1; at >= 0; at--)
        {
            if (_sent[at].InformationalOnly)
            {
                RemoveForeign(at);
            }
        }
    }

    /// <summary>Forgets the answer so far: it begins again.</summary>
    public void Restart()
    {
        _parts.Clear();
        _calls.Clear();
        _sent.Clear();
        _callIds = null;
        _open.Clear();
        FinishReason = null;
    }

    /// <summary>
    /// Returns the answer. One that was cut is without its calls, which will not run, and belongs to nobody: what is left of it is not what
    /// the model signed.
    /// </summary>
    public HistoryMessage Build(ModelOrigin origin, bool isComplete)
    {
        Close();
        List<AIContent> contents = isComplete
            ? [.. _parts]
            : [.. _parts.Where(static part => part is TextContent or TextReasoningContent { Text.Length: > 0 })];
        return new HistoryMessage(ChatRole.Assistant, contents) { Origin = isComplete ? origin : ModelOrigin.Nobody };
    }

    /// <summary>Returns the text of the answer so far, without thoughts and calls.</summary>
    public string LastText()
    {
        Close();
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            if (part is TextContent content)
            {
                text.Append(content.Text);
            }
        }

        return text.ToString();
    }

    /// <summary>Gets whether the answer was cut off at its length limit.</summary>
    public bool IsTruncated =>
        FinishReason == ChatFinishReason.Length
            || _calls.Exists(static call => call.RawRepresentation is ToolCallArguments { IsTruncated: true });

    private void RemoveForeign(int at)
    {
        (_foreign ??= []).Add(_sent[at].Name);
        _sent.RemoveAt(at);
        _parts.Remove(_calls[at]);
        _calls.RemoveAt(at);
    }

    private void Add(string text, bool isReasoning)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (_openIsReasoning != isReasoning)
        {
            Close();
            _openIsReasoning = isReasoning;
        }

        _open.Append(text);
    }

    private void Close()
    {
        if (_open.Length > 0)
        {
            _parts.Add(_openIsReasoning ? new TextReasoningContent(_open.ToString()) : new TextContent(_open.ToString()));
            _open.Clear();
        }
    }
}
