namespace QwenCode.Storage.Checkpoints;

/// <summary>What an undo does with a path.</summary>
public enum UndoAct
{
    /// <summary>Writes its old content, mode or link.</summary>
    Restore,

    /// <summary>Creates it again.</summary>
    Recreate,

    /// <summary>Deletes it, because it was not there.</summary>
    Delete,
}
