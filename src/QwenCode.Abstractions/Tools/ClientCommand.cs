namespace QwenCode.Tools;

/// <summary>A program to run in a terminal of an editor.</summary>
/// <param name="Program">A path, or a name that the client looks up.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Directory">The absolute path of the directory to run it in.</param>
public sealed record ClientCommand(string Program, IReadOnlyList<string> Arguments, string Directory)
{
    /// <summary>Gets the variables that are set on top of the client's environment.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how much of the output the client keeps, in bytes.</summary>
    /// <value>The default is 4 MiB.</value>
    public int MaxOutput { get; init; } = 4 * 1024 * 1024;
}
