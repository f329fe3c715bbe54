namespace QwenCode.Tools;

/// <summary>Files as an editor sees them, unsaved changes included.</summary>
public interface IClientFiles
{
    /// <summary>Gets whether the client serves reads.</summary>
    bool CanRead { get; }

    /// <summary>Gets whether the client takes writes.</summary>
    bool CanWrite { get; }

    /// <summary>Reads text.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="line">The first line, 0-based, or <c>null</c> for the start.</param>
    /// <param name="limit">How many lines, or <c>null</c> for all.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <exception cref="FileNotFoundException">The client has no such file.</exception>
    /// <exception cref="IOException">The client could not read it.</exception>
    ValueTask<string> ReadTextAsync(string path, int? line, int? limit, CancellationToken cancellationToken);

    /// <summary>Writes text.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="content">The whole new content.</param>
    /// <param name="cancellationToken">Abandons the write.</param>
    /// <exception cref="IOException">The client could not write it.</exception>
    ValueTask WriteTextAsync(string path, string content, CancellationToken cancellationToken);
}
