namespace QwenCode.Tools;

/// <summary>What a tool does to the world. Front ends draw by it, approval modes and permission rules decide by it.</summary>
public enum ToolKind
{
    /// <summary>Nothing that the other kinds say.</summary>
    Other,

    /// <summary>Reads files or data.</summary>
    Read,

    /// <summary>Changes files.</summary>
    Edit,

    /// <summary>Deletes files.</summary>
    Delete,

    /// <summary>Moves files.</summary>
    Move,

    /// <summary>Searches files or lists them.</summary>
    Search,

    /// <summary>Runs programs.</summary>
    Execute,

    /// <summary>Keeps notes or plans; changes nothing outside the session.</summary>
    Think,

    /// <summary>Fetches from the network.</summary>
    Fetch,
}
