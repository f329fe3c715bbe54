using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Arguments;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// Puts calls together from the fragments of a stream, however a server numbers, names and repeats them. A fragment with the id and
/// the index of a known call never begins another one: that call would run twice.
/// </summary>
internal sealed class ToolCallAssembler
{
    private readonly List<Call> _calls = [];

    /// <summary>Gets whether there is a call with a name.</summary>
    public bool HasCalls => _calls.Exists(static call => ToolNames.Clean(call.Name).Length > 0);

    /// <summary>Adds a fragment.</summary>
    /// <param name="index">The index the server gave, if any.</param>
    /// <param name="id">The id, if the fragment has one.</param>
    /// <param name="name">The name, or a piece of it.</param>
    /// <param name="arguments">A piece of the arguments.</param>
    /// <param name="extra">What the provider wants back with the call, if anything.</param>
    public void Add(int? index, string? id, string? name, string? arguments, JsonElement? extra = null)
    {
        var call = Find(index, id, name, arguments);
        if (call is null)
        {
            call = new Call();
            _calls.Add(call);
        }

        call.Index ??= index;
        call.Id = string.IsNullOrEmpty(call.Id) ? id : call.Id;
        call.Extra = extra ?? call.Extra;
        if (!string.IsNullOrEmpty(name) && name != call.Name)
        {
            // Most servers send the name once; some send it whole with each fragment, some in pieces.
            call.Name = name.StartsWith(call.Name, StringComparison.Ordinal) ? name : call.Name + name;
        }

        call.Arguments.Add(arguments);
    }

    /// <summary>Adds what the provider wants back with a call, if it comes behind it.</summary>
    /// <param name="index">The index of the call; <c>null</c> is the last one.</param>
    /// <param name="extra">What the provider wants back.</param>
    public void AddExtra(int? index, JsonElement extra)
    {
        if (_calls.FindLast(call => index is null || call.Index == index) is { } found)
        {
            found.Extra = extra;
        }
    }

    /// <summary>
    /// Returns the calls in the order they began, each with an id of its own. A call without a name cannot be answered and would make
    /// the provider refuse the history, so it is left out.
    /// </summary>
    public List<FunctionCallContent> Complete()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<FunctionCallContent>(_calls.Count);
        foreach (var call in _calls)
        {
            var name = ToolNames.Clean(call.Name);
            if (name.Length == 0)
            {
                continue;
            }

            var id = string.IsNullOrEmpty(call.Id) ? NewId() : call.Id;
            for (var copy = 2; !seen.Add(id); copy++)
            {
                id = $"{call.Id}_{copy}";
            }

            var content = ToolCalls.Create(id, name, call.Arguments.Join());
            if (call.Extra is { } extra)
            {
                Signatures.SetExtraContent(content, extra);
            }

            result.Add(content);
        }

        return result;
    }

    private static string NewId() => "call_" + Guid.NewGuid().ToString("N");

    private Call? Find(int? index, string? id, string? name, string? arguments)
    {
        if (string.IsNullOrEmpty(id))
        {
            var open = index is null ? _calls.LastOrDefault()
                : _calls.FindLast(call => call.Index == index) ?? FindWithoutIndex(index, name);
            return open is null || IsAnother(open, hasSameId: false, name, arguments) ? null : open;
        }

        if (_calls.FindLast(call => call.Id == id && (index is null || call.Index is null || call.Index == index)) is { } known)
        {
            return IsAnother(known, hasSameId: true, name, arguments) ? null : known;
        }

        var found = index is null ? null : _calls.FindLast(call => call.Index == index);
        if (found is null)
        {
            return null;
        }

        if (string.IsNullOrEmpty(found.Id))
        {
            return IsAnother(found, hasSameId: false, name, arguments) ? null : found;
        }

        // Some servers make a new id for every fragment: without a name, or with the arguments half done, the call goes on.
        var goesOn = string.IsNullOrEmpty(name) ? !string.IsNullOrEmpty(arguments) : name == found.Name && found.Arguments.IsHalfDone;
        return goesOn ? found : null;
    }

    /// <summary>Finds the call that an index belongs to if the index only comes with the later fragments.</summary>
    private Call? FindWithoutIndex(int? index, string? name)
    {
        if (!string.IsNullOrEmpty(name))
        {
            return null;
        }

        return index >= 0 && index < _calls.Count && _calls[index.Value].Index is null
            ? _calls[index.Value]
            : _calls.FindLast(static call => call.Index is null);
    }

    /// <summary>
    /// Returns whether a fragment begins another call, although nothing but its name says so: the call before is complete, and this is
    /// neither its repetition nor its continuation.
    /// </summary>
    private static bool IsAnother(Call call, bool hasSameId, string? name, string? arguments)
    {
        if (string.IsNullOrEmpty(name) || call.Arguments.Current is not { } complete)
        {
            return false;
        }

        if (name != call.Name)
        {
            return !(hasSameId && name.StartsWith(call.Name, StringComparison.Ordinal));
        }

        return !hasSameId && complete != "{}" && arguments?.TrimStart() is ['{', ..] && arguments.Trim() != complete;
    }

    private sealed class Call
    {
        public int? Index { get; set; }

        public string? Id { get; set; }

        public string Name { get; set; } = string.Empty;

        public ArgumentPieces Arguments { get; } = new();

        public JsonElement? Extra { get; set; }
    }
}
