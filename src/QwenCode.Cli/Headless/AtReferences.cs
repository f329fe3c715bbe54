using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Hosting;
using QwenCode.Permissions;
using QwenCode.Platform.Files;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Cli.Headless;

/// <summary>
/// Puts the files that a prompt names as <c>@path</c> behind it: text, the entries of a directory, images and PDF documents as media.
/// Only what lies in the workspace, is not ignored, and may be read by the permission rules; anything else stays as it is written.
/// </summary>
/// <param name="project">The project.</param>
/// <param name="policy">The permission rules.</param>
/// <param name="warn">Takes why something that exists is not put in.</param>
internal sealed class AtReferences(WorkspaceServices project, PermissionPolicy policy, Action<string> warn)
{
    private const int MaxText = 256 * 1024;
    private const int MaxMedia = 10 * 1024 * 1024;
    private const int MaxEntries = 200;
    private const string Ends = ",;!?()[]{}";

    private static readonly ToolDeclaration Reading = new()
    {
        Name = "read_file",
        Description = "Reads a file.",
        Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{"file_path":{"type":"string"}}}"""u8),
        Traits = ToolTraits.ReadOnly,
    };

    private IgnoreFiles Ignored => (project.Context.RespectGitIgnore ? IgnoreFiles.Git : IgnoreFiles.None)
        | (project.Context.RespectQwenIgnore ? IgnoreFiles.Qwen : IgnoreFiles.None);

    /// <summary>Returns the content of a prompt.</summary>
    /// <param name="prompt">The prompt as it was written.</param>
    /// <param name="links">The files that a client links; <c>null</c> if it is no client that does.</param>
    public IReadOnlyList<AIContent> Expand(string prompt, LinkedFiles? links = null)
    {
        List<AIContent>? parts = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var written in links is null ? Tokens(prompt) : Tokens(links.Spoken).Concat(links.Paths))
        {
            if (Find(written) is { } path && seen.Add(path) && Content(written, path) is { } content)
            {
                parts ??= [new TextContent(prompt), new TextContent("\n--- Content from referenced files ---")];
                parts.Add(new TextContent($"\nContent from {path}:\n"));
                parts.Add(content);
            }
        }

        parts?.Add(new TextContent("\n--- End of content ---"));
        return parts ?? [new TextContent(prompt)];
    }

    /// <summary>Returns what stands behind each <c>@</c> at the beginning of a word; a backslash keeps a blank.</summary>
    private static IEnumerable<string> Tokens(string prompt)
    {
        for (var i = 0; i < prompt.Length; i++)
        {
            if (prompt[i] != '@' || (i > 0 && !char.IsWhiteSpace(prompt[i - 1])))
            {
                continue;
            }

            var token = new StringBuilder();
            for (i++; i < prompt.Length && !char.IsWhiteSpace(prompt[i]) && !Ends.Contains(prompt[i], StringComparison.Ordinal); i++)
            {
                if (prompt[i] == '\\' && i + 1 < prompt.Length)
                {
                    i++;
                }

                token.Append(prompt[i]);
            }

            var path = token.ToString();
            path = path.EndsWith('.') && path.TrimEnd('.').Length > 0 && !path.EndsWith("/..", StringComparison.Ordinal)
                ? path.TrimEnd('.') : path;
            if (path.Length > 0)
            {
                yield return path;
            }
        }
    }

    /// <summary>Finds what a path names, in any directory of the workspace.</summary>
    private string? Find(string written)
    {
        if (written.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var directory in project.Workspace.Directories)
        {
            var path = Path.GetFullPath(written, directory);
            if (Path.Exists(path) && project.Workspace.Contains(Workspace.RealPath(path)))
            {
                return path;
            }
        }

        return null;
    }

    private AIContent? Content(string written, string path)
    {
        var isDirectory = Directory.Exists(path);
        var kind = isDirectory ? PathKind.Directory : PathKind.File;
        if (IgnoreScope.Judge(project.Workspace, path, kind, Ignored) is not IgnoreVerdict.Visible)
        {
            warn($"@{written} is ignored by an ignore file, and not read.");
            return null;
        }

        if (!MayRead(path) || !MayRead(Workspace.RealPath(path)))
        {
            warn($"@{written} may not be read by the permission rules.");
            return null;
        }

        try
        {
            return isDirectory ? new TextContent(List(path)) : Read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            warn($"@{written} cannot be read: {exception.Message}");
            return null;
        }
    }

    private bool MayRead(string path)
    {
        var arguments = ToolArguments.From(new Dictionary<string, object?> { ["file_path"] = path });
        return policy.Judge(Reading, arguments, ToolConsent.Allow).Decision is PermissionDecision.Allow;
    }

    private static AIContent Read(string path)
    {
        if (MediaType(path) is { } type)
        {
            var data = BoundedFile.Read(path, MaxMedia, out var isTooLarge);
            return isTooLarge
                ? new TextContent($"[The file is larger than {MaxMedia / (1024 * 1024)} MiB and was left out.]")
                : new DataContent(data, type) { Name = Path.GetFileName(path) };
        }

        var text = BoundedFile.ReadText(path, MaxText, out var isCut);
        return text.Contains('\0', StringComparison.Ordinal) ? new TextContent("[The file is no text and was left out.]")
            : new TextContent(isCut ? $"{text}\n[The file goes on; only its first {MaxText / 1024} KiB are here.]" : text);
    }

    private string List(string directory)
    {
        var text = new StringBuilder(directory).Append(Path.DirectorySeparatorChar).Append('\n');
        var count = 0;
        Add(directory, IgnoreScope.For(project.Workspace, directory, Ignored), "  ");
        return text.Append(count >= MaxEntries ? $"  [There is more; only {MaxEntries} entries are shown.]\n" : string.Empty).ToString();

        void Add(string place, IgnoreScope scope, string indent)
        {
            var entries = new DirectoryInfo(place).EnumerateFileSystemInfos(
                "*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true });
            foreach (var entry in entries.OrderBy(static one => one.Name, StringComparer.Ordinal))
            {
                var isDirectory = entry is DirectoryInfo { LinkTarget: null };
                if (count >= MaxEntries || entry.Name is ".git"
                    || scope.Judge(entry.Name, isDirectory ? PathKind.Directory : PathKind.File) is not IgnoreVerdict.Visible
                    || (isDirectory && !MayRead(entry.FullName)))
                {
                    continue;
                }

                count++;
                text.Append(indent).Append(entry.Name).Append(isDirectory ? "/\n" : "\n");
                if (isDirectory)
                {
                    Add(entry.FullName, scope.Enter(entry.Name), indent + "  ");
                }
            }
        }
    }

    private static string? MediaType(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" => "image/png",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".GIF" => "image/gif",
        ".WEBP" => "image/webp",
        ".BMP" => "image/bmp",
        ".PDF" => "application/pdf",
        _ => null,
    };
}
