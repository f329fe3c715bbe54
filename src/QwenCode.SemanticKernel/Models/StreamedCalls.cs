using System.Text.Json;
using Microsoft.SemanticKernel;
using QwenCode.Models;

namespace QwenCode.SemanticKernel.Models;

/// <summary>Puts calls together whose pieces arrive one by one.</summary>
internal sealed class StreamedCalls
{
    private readonly List<(int Index, string Id, string Name, string Arguments)> _calls = [];

    public bool Any => _calls.Count > 0;

    /// <summary>
    /// Adds a piece. It belongs to the last call of its index, unless it has another id: not every service counts its calls.
    /// </summary>
    public void Add(StreamingFunctionCallUpdateContent piece)
    {
        var at = _calls.FindLastIndex(call => call.Index == piece.FunctionCallIndex);
        if (at < 0 || (piece.CallId is { Length: > 0 } other && _calls[at].Id.Length > 0 && _calls[at].Id != other))
        {
            _calls.Add(
                (piece.FunctionCallIndex, piece.CallId ?? string.Empty, piece.Name ?? string.Empty, piece.Arguments ?? string.Empty));
            return;
        }

        var (index, id, name, arguments) = _calls[at];
        _calls[at] = (index, piece.CallId is { Length: > 0 } given ? given : id, piece.Name is { Length: > 0 } named ? named : name,
            arguments + piece.Arguments);
    }

    public IEnumerable<Microsoft.Extensions.AI.FunctionCallContent> Build()
    {
        foreach (var (index, id, name, arguments) in _calls)
        {
            JsonElement? value = null;
            try
            {
                using var document = JsonDocument.Parse(arguments.Length == 0 ? "{}" : arguments);
                value = document.RootElement.Clone();
            }
            catch (JsonException)
            {
                // Not dropped: the model is told that its arguments are no JSON.
            }

            yield return new Microsoft.Extensions.AI.FunctionCallContent(
                id.Length > 0 ? id : $"call_{index}_{Guid.NewGuid():N}",
                name,
                value is { ValueKind: JsonValueKind.Object } members
                    ? members.EnumerateObject().ToDictionary(static member => member.Name, static member => (object?)member.Value) : null)
            {
                RawRepresentation = new ToolCallArguments(arguments, value, false),
            };
        }
    }
}
