using QwenCode.Platform.Files;
using QwenCode.Workspaces;

namespace QwenCode.Storage.Checkpoints;

/// <summary>Brings files back to the states that a plan names.</summary>
internal static class Restoration
{
    /// <summary>Brings them back, as far as it goes: what fails is named, and the others go on.</summary>
    public static List<UndoFile> Run(IReadOnlyList<UndoFile> files)
    {
        // What is in the way goes first, what is in a folder before the folder; then what comes back, the folder first.
        var done = files.ToArray();
        for (var i = done.Length - 1; i >= 0; i--)
        {
            done[i] = Try(done[i], Clear);
        }

        for (var i = 0; i < done.Length; i++)
        {
            done[i] = Try(done[i], Put);
        }

        return [.. done];
    }

    private static UndoFile Try(UndoFile file, Func<UndoFile, string?> act)
    {
        if (file.Problem is not null)
        {
            return file;
        }

        try
        {
            return file with { Problem = act(file) };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return file with { Problem = $"could not be changed: {exception.Message}" };
        }
    }

    private static string? Clear(UndoFile file)
    {
        if (file.Current.Kind is EntryKind.None || file.Current.Kind == file.Target.Kind)
        {
            return null;
        }

        if (IsMoved(file.Path))
        {
            return "lies behind a link by now";
        }

        if (file.Current.Kind is not EntryKind.Directory)
        {
            File.Delete(file.Path);
            return null;
        }

        if (Directory.Exists(file.Path) && Directory.EnumerateFileSystemEntries(file.Path).Any())
        {
            return "holds other files and was left";
        }

        Directory.Delete(file.Path);
        return null;
    }

    private static string? Put(UndoFile file)
    {
        if (file.Target.Kind is EntryKind.None)
        {
            return null;
        }

        if (IsMoved(file.Path))
        {
            return "lies behind a link by now";
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        switch (file.Target.Kind)
        {
            case EntryKind.Directory:
                Directory.CreateDirectory(file.Path);
                break;
            case EntryKind.Link:
                File.Delete(file.Path);
                File.CreateSymbolicLink(file.Path, file.Target.Target ?? string.Empty);
                return null;
            case EntryKind.File when file.Current.Hash != file.Target.Hash || file.Current.Kind is not EntryKind.File:
                if (ImageFile.Read(file.Images, file.Target) is not { } content)
                {
                    return "has a damaged or missing copy";
                }

                using (var draft = FileDraft.Create(file.Path, OperatingSystem.IsWindows() ? null : (UnixFileMode)file.Target.Mode))
                {
                    draft.Write(content);
                    draft.Flush();
                    draft.Commit();
                }

                return null;
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.Path, (UnixFileMode)file.Target.Mode);
        }

        return null;
    }

    // Paths are kept with their links resolved: a folder that is a link now leads to a place that nobody has agreed to change.
    private static bool IsMoved(string path) => Path.GetDirectoryName(path) is { } folder && Workspace.RealPath(folder) != folder;
}
