namespace QwenCode.Platform.Processes;

/// <summary>The processes of the system, and the way to signal them.</summary>
internal interface IProcessTable
{
    /// <summary>Gets whether processes can be listed. If not, signals reach a group only.</summary>
    bool CanList { get; }

    /// <summary>Gets the numbers of all processes but our own.</summary>
    IEnumerable<int> List();

    /// <summary>Gets a process; <c>null</c> if it is dead, a zombie, or must not be looked at.</summary>
    ProcessEntry? Find(int id);

    /// <summary>Returns whether the environment that a process was started with contains a text.</summary>
    bool Carries(int id, ReadOnlySpan<byte> text);

    /// <summary>Signals a process, or a group if the number is negative.</summary>
    /// <returns>Whether there was one that may be signalled.</returns>
    bool Signal(int id, int signal);
}
