namespace QwenCode.Kernel.Compaction;

/// <summary>What is asked of a compaction.</summary>
/// <param name="IsAutomatic">Whether the program asks for it, and not the user.</param>
/// <param name="Instructions">What the notes are to heed; empty if there is nothing.</param>
/// <param name="UsesModel">Whether a model is asked for notes.</param>
internal sealed record CompactionRequest(bool IsAutomatic, string Instructions = "", bool UsesModel = true)
{
    /// <summary>Gets the request of the program itself.</summary>
    public static CompactionRequest Automatic { get; } = new(IsAutomatic: true);
}
