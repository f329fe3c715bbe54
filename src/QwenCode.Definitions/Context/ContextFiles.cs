using System.Text;
using QwenCode.Platform.Files;
using QwenCode.Workspaces;

namespace QwenCode.Definitions.Context;

/// <summary>Finds and joins context files such as <c>QWEN.md</c>.</summary>
public static class ContextFiles
{
    // A file of this size already takes a good part of a model's window.
    internal const int MaxLength = 256 * 1024;

    /// <summary>
    /// Reads the files: for each name the home directory's, then those from the outermost directory down to the working directory.
    /// </summary>
    /// <param name="options">Where to look.</param>
    public static ContextFileSet Load(ContextFileOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var candidates = new List<string>();
        foreach (var directory in options.IncludeDirectories)
        {
            Collect(candidates, directory, options);
        }

        Collect(candidates, options.WorkingDirectory, options);
        candidates.AddRange(options.ExtensionFiles);
        var language = Path.Combine(options.WorkingDirectory, ".qwen", "output-language.md");
        candidates.Add(
            options.IsTrusted && File.Exists(language) ? language : Path.Combine(options.HomeDirectory, ".qwen", "output-language.md"));

        var text = new StringBuilder();
        var files = new List<string>();
        var issues = new List<ContextFileIssue>();
        var boundary = FindRepository(options.WorkingDirectory) ?? options.WorkingDirectory;
        foreach (var file in candidates)
        {
            if (files.Contains(file) || !File.Exists(file))
            {
                continue;
            }

            // An included directory is a root of its own; its files may import what lies in it.
            var root = Workspace.IsWithin(file, boundary) ? boundary : FindRepository(Path.GetDirectoryName(file)!)
                ?? Path.GetDirectoryName(file)!;
            if (Read(file, root, options, issues) is { Length: > 0 } content)
            {
                var name = Path.GetRelativePath(options.WorkingDirectory, file);
                text.Append(text.Length > 0 ? "\n\n" : string.Empty)
                    .Append("--- Context from: ").Append(name).Append(" ---\n")
                    .Append(content)
                    .Append("\n--- End of Context from: ").Append(name).Append(" ---");
                files.Add(file);
            }
        }

        return new(text.ToString(), files, issues);
    }

    /// <summary>Returns the directory that holds <c>.git</c>, the directory itself or one above it.</summary>
    /// <param name="directory">Where to begin.</param>
    public static string? FindRepository(string directory)
    {
        for (var candidate = Path.GetFullPath(directory); candidate is not null; candidate = Path.GetDirectoryName(candidate))
        {
            // A worktree has a file of that name.
            if (Path.Exists(Path.Combine(candidate, ".git")))
            {
                return candidate;
            }
        }

        return null;
    }

    private static void Collect(List<string> candidates, string start, ContextFileOptions options)
    {
        var directories = Ancestors(Path.GetFullPath(start), options);
        foreach (var name in options.FileNames)
        {
            candidates.Add(Path.Combine(options.HomeDirectory, ".qwen", name));
            foreach (var directory in directories)
            {
                candidates.Add(Path.Combine(directory, name));
            }
        }
    }

    /// <summary>Returns the directories to look in, the outermost first.</summary>
    private static List<string> Ancestors(string start, ContextFileOptions options)
    {
        var directories = new List<string>();
        var home = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.HomeDirectory));
        if (start == home)
        {
            return [home];
        }

        if (!options.IsTrusted)
        {
            return directories;
        }

        // One level above the repository still counts: a folder of repositories may say something common to them.
        var last = Path.GetDirectoryName(FindRepository(start) ?? home);
        var own = Path.Combine(home, ".qwen");
        for (var directory = start; directory is not null && Path.GetDirectoryName(directory) is { } parent
            && directory != own; directory = parent)
        {
            directories.Insert(0, directory);
            if (directory == last)
            {
                break;
            }
        }

        return directories;
    }

    private static string? Read(string file, string root, ContextFileOptions options, List<ContextFileIssue> issues)
    {
        try
        {
            // What a link of the project leads to must lie in the project, as what it imports must.
            var target = Workspace.RealPath(file);
            if (!Workspace.IsWithin(file, options.HomeDirectory + Path.DirectorySeparatorChar + ".qwen")
                && !Workspace.IsWithin(target, Workspace.RealPath(root)))
            {
                issues.Add(new(file, 1, $"The context file is a link that leads out of {root}, and was left out."));
                return null;
            }

            var imports = new ContextImports(root, issues);
            var content = BoundedFile.ReadText(file, MaxLength, out var isCut);
            if (isCut)
            {
                issues.Add(new(file, 1, $"The context file is larger than {MaxLength / 1024} KiB; only its beginning is used."));
            }

            return (options.UseFlatImports ? imports.Flat(file, content) : imports.Tree(file, content)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            issues.Add(new(file, 1, $"The context file cannot be read: {exception.Message}"));
            return null;
        }
    }
}
