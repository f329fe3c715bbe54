using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Models.Arguments;

namespace QwenCode.Models.OpenAI;

/// <summary>Puts calls together from the fragments of a stream, however a server numbers and names them.</summary>
internal sealed class ToolCallAssembler
{
    private readonly List<Call> _calls = [];

    /// <summary>Gets whether there is a call.</summary>
    public bool HasCalls => _calls.Count > 0;

    /// <summary>Adds a fragment.</summary>
    /// <param name="index">The index the server gave, if any.</param>
    /// <param name="id">The id, if the fragment has one.</param>
    /// <param name="name">The name, or a piece of it.</param>
    /// <param name="arguments">A piece of the arguments.</param>
    public void Add(int? index, string? id, string? name, string? arguments)
    {
        var call = Find(index, id, name, arguments);
        if (call is null)
        {
            call = new Call(index);
            _calls.Add(call);
        }

        call.Id = string.IsNullOrEmpty(call.Id) ? id : call.Id;
        if (!string.IsNullOrEmpty(name) && name != call.Name)
        {
            // Most servers send the name once; some send it whole with each fragment, some in pieces.
            call.Name = name.StartsWith(call.Name, StringComparison.Ordinal) ? name : call.Name + name;
        }

        call.Arguments.Append(arguments);
    }

    /// <summary>Gives the calls in the order they began, each with an id of its own.</summary>
    public List<FunctionCallContent> Complete()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<FunctionCallContent>(_calls.Count);
        foreach (var call in _calls)
        {
            var id = string.IsNullOrEmpty(call.Id) ? NewId() : call.Id;
            for (var copy = 2; !seen.Add(id); copy++)
            {
                id = $"{call.Id}_{copy}";
            }

            result.Add(ToolCalls.Create(id, call.Name, call.Arguments.ToString()));
        }

        return result;
    }

    private static string NewId() => "call_" + Guid.NewGuid().ToString("N");

    private Call? Find(int? index, string? id, string? name, string? arguments)
    {
        if (index is null && !string.IsNullOrEmpty(id))
        {
            return _calls.FindLast(call => call.Id == id) is { } known && !BeginsAnew(known, name, arguments) ? known : null;
        }

        // Two calls may share an index; its fragments belong to the newer one.
        var found = index is null ? _calls.LastOrDefault() : _calls.FindLast(call => call.Index == index);
        if (found is null)
        {
            return null;
        }

        var isOther = !string.IsNullOrEmpty(id) && !string.IsNullOrEmpty(found.Id) && id != found.Id;
        if (!isOther)
        {
            return BeginsAnew(found, name, arguments) ? null : found;
        }

        // The id may be that of an older call of this index which goes on.
        return _calls.FindLast(call => call.Index == index && call.Id == id);
    }

    /// <summary>A name after arguments that are complete begins another call, even where the server forgot to say so.</summary>
    private static bool BeginsAnew(Call call, string? name, string? arguments) =>
        !string.IsNullOrEmpty(name)
        && (name != call.Name || !string.IsNullOrEmpty(arguments))
        && call.Arguments.Length > 0
        && ArgumentsReader.IsCompleteObject(call.Arguments.ToString());

    private sealed class Call(int? index)
    {
        public int? Index { get; } = index;

        public string? Id { get; set; }

        public string Name { get; set; } = string.Empty;

        public StringBuilder Arguments { get; } = new();
    }
}
