using QwenCode.Agents;
using QwenCode.Platform.Files;

namespace QwenCode.Definitions.Agents;

/// <summary>One folder of agent files. Reads a file again only when it changed.</summary>
internal sealed class AgentFolder(string path, AgentLevel level, AgentDialect dialect, Func<string, string?> findRuleFault)
{
    /// <summary>A definition is prose; what is larger is something else and is not worth the memory.</summary>
    private const int MaxFileSize = 1024 * 1024;

    private List<FileEntry> _files = [];
    private string? _fault;

    public AgentLevel Level => level;

    public string Path => path;

    /// <summary>Gets the definitions in the order of their files' names.</summary>
    public IEnumerable<AgentDefinition> Definitions
    {
        get
        {
            foreach (var file in _files)
            {
                if (file.Definition is not null)
                {
                    yield return file.Definition;
                }
            }
        }
    }

    public IEnumerable<AgentLoadIssue> Issues
    {
        get
        {
            if (_fault is not null)
            {
                yield return new(path, 1, _fault);
            }

            foreach (var file in _files)
            {
                if (file.Issue is not null)
                {
                    yield return file.Issue;
                }
            }
        }
    }

    /// <summary>Looks at the folder and reads what is new.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Refresh()
    {
        var stamps = Stamps(out var fault);
        var changed = fault != _fault || stamps.Count != _files.Count;
        _fault = fault;
        for (var i = 0; !changed && i < stamps.Count; i++)
        {
            changed = stamps[i] != _files[i].Stamp;
        }

        if (changed)
        {
            _files = stamps.ConvertAll(stamp => _files.Find(file => file.Stamp == stamp) ?? Read(stamp));
        }

        return changed;
    }

    private FileEntry Read(FileStamp stamp)
    {
        if (stamp.Length > MaxFileSize)
        {
            return new(stamp, null, new(stamp.File, 1, "Failed to parse subagent file: it is larger than 1 MiB."));
        }

        try
        {
            // A pipe named like an agent is no reason to wait for its writer.
            var (definition, issue) = AgentFileReader.Read(
                BoundedFile.ReadText(stamp.File, MaxFileSize, out _), stamp.File, level, dialect, findRuleFault);
            return new(stamp, definition, issue);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(stamp, null, new(stamp.File, 1, $"Failed to parse subagent file: it cannot be read. {exception.Message}"));
        }
    }

    private List<FileStamp> Stamps(out string? fault)
    {
        var stamps = new List<FileStamp>();
        fault = null;
        try
        {
            var folder = new DirectoryInfo(path);
            if (!folder.Exists)
            {
                return stamps;
            }

            foreach (var file in folder.EnumerateFiles())
            {
                if (!file.Name.EndsWith(".md", StringComparison.Ordinal))
                {
                    continue;
                }

                // What a link points to is what changes.
                var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                stamps.Add(new(file.FullName, target.Exists ? target.LastWriteTimeUtc.Ticks : 0, target.Exists ? target.Length : 0));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault = $"The folder cannot be read: {exception.Message}";
        }

        stamps.Sort(static (left, right) => string.CompareOrdinal(left.File, right.File));
        return stamps;
    }

    private sealed record FileStamp(string File, long Changed, long Length);

    private sealed record FileEntry(FileStamp Stamp, AgentDefinition? Definition, AgentLoadIssue? Issue);
}
