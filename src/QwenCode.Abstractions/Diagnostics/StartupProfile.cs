namespace QwenCode.Diagnostics;

/// <summary>Notes when the phases of a start end. Off unless a program turns it on, and then a mark costs one look at a field.</summary>
public static class StartupProfile
{
    private static List<StartupPhase>? Noted;

    /// <summary>Begins to take notes.</summary>
    public static void Enable() => Noted = [];

    /// <summary>Notes that a phase has ended now. Only its first end counts.</summary>
    /// <param name="phase">The phase.</param>
    public static void Mark(string phase)
    {
        if (Noted is { } phases)
        {
            Add(phases, phase, TimeProvider.System.GetTimestamp());
        }
    }

    /// <summary>Notes that a phase ended at a known time.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="timestamp">
    /// The time, as <see cref="TimeProvider.GetTimestamp"/> of <see cref="TimeProvider.System"/> returns it.
    /// </param>
    public static void Mark(string phase, long timestamp)
    {
        if (Noted is { } phases)
        {
            Add(phases, phase, timestamp);
        }
    }

    /// <summary>Returns the phases noted so far, in the order they ended; empty when nothing takes notes.</summary>
    public static IReadOnlyList<StartupPhase> Phases()
    {
        if (Noted is not { } phases)
        {
            return [];
        }

        lock (phases)
        {
            return [.. phases];
        }
    }

    private static void Add(List<StartupPhase> phases, string phase, long timestamp)
    {
        lock (phases)
        {
            if (!phases.Exists(known => known.Name == phase))
            {
                phases.Add(new StartupPhase(phase, timestamp));
            }
        }
    }
}
