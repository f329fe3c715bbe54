namespace QwenCode.Kernel.Sessions;

/// <summary>
/// What waits for an agent, in the order it came. One reader, any number of writers. The reader may pass over items that it
/// cannot take yet (a prompt, while tasks of the prompt before are still out); their order stays.
/// </summary>
internal sealed class Inbox
{
    private readonly Lock _gate = new();
    private readonly LinkedList<InboxItem> _items = [];
    private TaskCompletionSource? _arrival;
    private bool _isClosed;

    /// <summary>Adds an item and wakes the reader. Gives false once the inbox is closed.</summary>
    public bool TryAdd(InboxItem item)
    {
        TaskCompletionSource? arrival;
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _items.AddLast(item);
            (arrival, _arrival) = (_arrival, null);
        }

        arrival?.TrySetResult();
        return true;
    }

    /// <summary>Adds an item unless one that is equal waits already.</summary>
    public void AddOnce(InboxItem item)
    {
        lock (_gate)
        {
            if (!_items.Contains(item))
            {
                TryAdd(item);
            }
        }
    }

    /// <summary>Returns whether an item that fits waits now.</summary>
    public bool Has(Func<InboxItem, bool> fits)
    {
        lock (_gate)
        {
            return _items.Any(fits);
        }
    }

    /// <summary>Takes the first item that fits, if there is one now.</summary>
    public InboxItem? TryTake(Func<InboxItem, bool> fits)
    {
        lock (_gate)
        {
            for (var node = _items.First; node is not null; node = node.Next)
            {
                if (fits(node.Value))
                {
                    _items.Remove(node);
                    return node.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Waits until something is added that was not there when the wait began, or the inbox holds something that fits.</summary>
    public async ValueTask<InboxItem> TakeAsync(Func<InboxItem, bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (TryTake(fits) is { } item)
                {
                    return item;
                }

                arrival = (_arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses further items, if nothing waits that would then be lost.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            return _isClosed || (_items.Count == 0 && (_isClosed = true));
        }
    }

    /// <summary>Refuses further items and returns what will not be taken any more.</summary>
    public IReadOnlyList<InboxItem> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            var left = _items.ToArray();
            _items.Clear();
            return left;
        }
    }
}
