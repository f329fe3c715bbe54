using QwenCode.Protocol.Control;

namespace QwenCode.Cli.Headless;

/// <summary>Control requests that wait for their turn, and so can still be taken back.</summary>
internal sealed class WaitingRequests
{
    private readonly Lock _gate = new();
    private readonly List<string> _ids = [];

    public void Add(string id)
    {
        lock (_gate)
        {
            _ids.Add(id);
        }
    }

    /// <summary>Takes a request out to handle it; <c>false</c> for one that was cancelled.</summary>
    public bool Take(string id)
    {
        lock (_gate)
        {
            return _ids.Remove(id);
        }
    }

    /// <summary>Cancels a request, or all for an empty id. One that is handled already is not touched.</summary>
    public void Cancel(string id, ControlWriter writer)
    {
        lock (_gate)
        {
            if (id.Length == 0)
            {
                _ids.ForEach(waiting => writer.Error(waiting, "All requests cancelled"));
                _ids.Clear();
            }
            else if (_ids.Remove(id))
            {
                writer.Error(id, "Request cancelled");
            }
        }
    }
}
