namespace QwenCode.Kernel.Tasks;

/// <summary>
/// A fixed number of slots, given out in the order of asking. A holder that waits for others gives its slot back meanwhile, so
/// that agents which wait for their children never keep the children from starting.
/// </summary>
internal sealed class SlotGate(int slots)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<SlotRequest> _waiting = [];
    private int _free = Math.Max(1, slots);

    /// <summary>
    /// Asks for a slot; <paramref name="granted"/> runs at once, or when one is free. It says whether the slot is still wanted.
    /// </summary>
    public SlotRequest Request(Func<SlotLease, bool> granted) => Enter(new SlotRequest(granted), first: false);

    /// <summary>Asks for a slot before all others: for who had one already.</summary>
    public void RequestAgain(Func<SlotLease, bool> granted) => Enter(new SlotRequest(granted), first: true);

    /// <summary>Takes a request back that was not granted yet.</summary>
    public void Withdraw(SlotRequest request)
    {
        lock (_gate)
        {
            if (request.Place is { List: not null } place)
            {
                _waiting.Remove(place);
            }
        }
    }

    /// <summary>Takes a slot back and gives it to the next request.</summary>
    public void Return() => Grant(Next());

    private SlotRequest Enter(SlotRequest request, bool first)
    {
        lock (_gate)
        {
            if (_free == 0)
            {
                request.Place = first ? _waiting.AddFirst(request) : _waiting.AddLast(request);
                return request;
            }

            _free--;
        }

        Grant(request);
        return request;
    }

    // A loop: thousands who wait may have lost interest, and each of them would be a frame on the stack.
    private void Grant(SlotRequest? request)
    {
        while (request is not null && !request.Granted(new SlotLease(this)))
        {
            request = Next();
        }
    }

    private SlotRequest? Next()
    {
        lock (_gate)
        {
            if (_waiting.First is not { } place)
            {
                _free++;
                return null;
            }

            _waiting.RemoveFirst();
            return place.Value;
        }
    }
}

/// <summary>A wish for a slot.</summary>
internal sealed class SlotRequest(Func<SlotLease, bool> granted)
{
    /// <summary>Gets what is called with the slot; <c>false</c> from it declines, and the next in line gets it.</summary>
    public Func<SlotLease, bool> Granted { get; } = granted;

    /// <summary>Gets or sets the place in the queue, by which it is withdrawn.</summary>
    public LinkedListNode<SlotRequest>? Place { get; set; }
}
