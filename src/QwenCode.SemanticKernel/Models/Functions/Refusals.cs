using Microsoft.Extensions.AI;

namespace QwenCode.SemanticKernel.Models.Functions;

/// <summary>
/// The calls that a chat service tried to run itself during one request. The first one ends the request: what the service would
/// do next is tell the model that its call failed, and ask again.
/// </summary>
internal sealed class Refusals : IDisposable
{
    private readonly List<FunctionCallContent> _calls = [];
    private readonly CancellationTokenSource _stop;

    public Refusals(CancellationToken cancellationToken) => _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Gets what ends the request.</summary>
    public CancellationToken Token => _stop.Token;

    public bool Any
    {
        get
        {
            lock (_calls)
            {
                return _calls.Count > 0;
            }
        }
    }

    /// <summary>Gets the calls as far as the service showed its hand: without ids.</summary>
    public IReadOnlyList<FunctionCallContent> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public void Add(string name, AIFunctionArguments arguments)
    {
        lock (_calls)
        {
            _calls.Add(new FunctionCallContent(string.Empty, name, new Dictionary<string, object?>(arguments)));
        }

        _stop.Cancel();
    }

    public void Dispose() => _stop.Dispose();
}
