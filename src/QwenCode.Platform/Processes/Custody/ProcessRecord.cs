namespace QwenCode.Platform.Processes.Custody;

/// <summary>A process as a ledger has it.</summary>
/// <param name="Kind">What started it, such as <c>shell</c> or <c>mcp</c>.</param>
/// <param name="Name">What the user knows it by; never with arguments.</param>
/// <param name="Id">Its number; <c>null</c> if the program was killed before it could be noted.</param>
/// <param name="Session">The session it belongs to; empty if it belongs to all of its program.</param>
/// <param name="Task">The task or agent within the session; may be empty.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="OwnerId">The number of the program that started it.</param>
/// <param name="IsOwnerAlive">Whether that program still runs.</param>
public sealed record ProcessRecord(
    string Kind, string Name, int? Id, string Session, string Task, DateTimeOffset StartedAt, int OwnerId, bool IsOwnerAlive)
{
    /// <summary>Gets whether it still lives although it was to be ended, such as a process of another user.</summary>
    /// <value>The default is false.</value>
    public bool IsLeft { get; init; }

    /// <summary>Gets the mark in the environment of the process and all it starts.</summary>
    internal string Mark { get; init; } = string.Empty;

    /// <summary>Gets when it was started, as the system counts; with the number it names one process for good.</summary>
    internal ulong? Birth { get; init; }

    /// <summary>Describes the process in a few words, for the user and the model.</summary>
    public override string ToString() => $"{Name} ({Kind}{(Task.Length > 0 && Task != "main" ? $", task {Task}" : string.Empty)})";
}
