using System.IO.Enumeration;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search.Walking;

/// <summary>Reads one directory: names and whether they are directories, both from the directory itself. Links are left out.</summary>
internal sealed class DirectoryEntries : FileSystemEnumerator<string>
{
    // Asking an entry for its attributes would cost a look at every file; skipping links is answered by the directory.
    private static readonly EnumerationOptions Options =
        new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true, RecurseSubdirectories = false };

    private readonly List<string> _directories;
    private readonly List<string> _files;

    private DirectoryEntries(string path, List<string> directories, List<string> files)
        : base(path, Options) => (_directories, _files) = (directories, files);

    private IgnoreFiles Recognised { get; set; }

    /// <summary>Reads a directory; one that cannot be read has nothing in it.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="directories">Takes its directories.</param>
    /// <param name="files">Takes its files.</param>
    /// <returns>Which ignore files it holds.</returns>
    public static IgnoreFiles Read(string path, List<string> directories, List<string> files)
    {
        try
        {
            using var entries = new DirectoryEntries(path, directories, files);
            while (entries.MoveNext())
            {
            }

            return entries.Recognised;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone since its parent was read, or not ours to read.
            return IgnoreFiles.None;
        }
    }

    /// <inheritdoc/>
    protected override bool ShouldIncludeEntry(ref FileSystemEntry entry)
    {
        var name = entry.FileName;
        if (name[0] == '.')
        {
            Recognised |= IgnoreScope.Recognise(name);
        }

        (entry.IsDirectory ? _directories : _files).Add(name.ToString());
        return false;
    }

    /// <inheritdoc/>
    protected override string TransformEntry(ref FileSystemEntry entry) => string.Empty;

    /// <inheritdoc/>
    protected override bool ContinueOnError(int error) => true;
}
