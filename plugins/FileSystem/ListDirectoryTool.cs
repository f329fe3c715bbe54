using System.Globalization;
using System.Text;
using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Plugins;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.FileSystem;

/// <summary>Lists what is directly in a directory.</summary>
[PluginTool(Order = -140)]
public sealed class ListDirectoryTool : Tool
{
    private const int MostEntries = 100;

    /// <summary>Creates the tool.</summary>
    public ListDirectoryTool()
        : base(new ToolDeclaration
        {
            Name = "list_directory",
            DisplayName = "ListFiles",
            Description = """
                Lists the files and directories directly inside one directory, directories first and marked [DIR]. It does not descend:
                to find files by name anywhere below, use glob. Entries that .gitignore or .qwenignore exclude are left out and counted.
                """,
            Parameters = ToolDeclaration.Schema("""
                {"type":"object","properties":{
                "path":{"type":"string","description":"Absolute path of the directory."},
                "ignore":{"type":"array","items":{"type":"string"},"description":
                  "Names to leave out, such as [\"*.log\", \"dist\"]. Only * and ? are special, and the whole name has to fit."},
                "file_filtering_options":{"type":"object","description":"Which ignore files count; both by default.","properties":{
                "respect_git_ignore":{"type":"boolean","description":"Leave out what git ignores."},
                "respect_qwen_ignore":{"type":"boolean","description":"Leave out what .qwenignore names."}}}},
                "required":["path"]}
                """u8),
            Kind = ToolKind.Search,
            Traits = ToolTraits.ReadOnly | ToolTraits.Parallel,
        })
    {
    }

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var given = arguments.String("path") ?? string.Empty;
        if (!Path.IsPathFullyQualified(given))
        {
            throw new ToolArgumentException($"Path must be absolute: {given}");
        }

        PathArguments.CheckCharacters(given);
        var ignored = new List<NamePattern>();
        if (arguments.TryGet("ignore", out var names) && names.ValueKind is System.Text.Json.JsonValueKind.Array)
        {
            foreach (var name in names.EnumerateArray())
            {
                ignored.Add(new NamePattern(name.GetString() ?? string.Empty));
            }
        }

        var options = arguments.TryGet("file_filtering_options", out var json) ? new ToolArguments(json) : ToolArguments.None;
        var files = IgnoreFiles.None;
        files |= options.Boolean("respect_git_ignore") ?? PathArguments.RespectsGitIgnore(context.Setting)
            ? IgnoreFiles.Git : IgnoreFiles.None;

        // The model may look at more than git keeps, but what the person hides from it is not its to switch back on.
        files |= PathArguments.RespectsQwenIgnore(context.Setting) ? IgnoreFiles.Qwen
            : options.Boolean("respect_qwen_ignore") ?? false ? IgnoreFiles.Qwen
            : IgnoreFiles.None;
        var place = SettledPath.Of(Path.GetFullPath(given));
        return new Invocation(place, place.Path, ignored, files, context);
    }

    private sealed class Invocation(SettledPath place, string path, List<NamePattern> ignored, IgnoreFiles files, ToolContext context)
        : ToolInvocation
    {
        // Judged at once: what is listed later is what was judged.
        private readonly ToolConsent _consent = ReadableLocations.ForListing(context.Workspace, place.Real);

        public override string Description => PathArguments.Shorten(context.Workspace, path);

        public override ToolConsent Consent => _consent;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(List(cancellationToken));

        private ToolResult List(CancellationToken cancellationToken)
        {
            try
            {
                place.Check();
                switch (FileStatus.Of(path).Type)
                {
                    case FileType.Missing:
                        return Failure(new OsError("ENOENT", "no such file or directory").Describe("stat", path));
                    case not FileType.Directory:
                        return Failed(
                            "path_is_not_a_directory", $"Error: Path is not a directory: {path}", "Error: Path is not a directory.");
                }

                var scope = IgnoreScope.For(context.Workspace, path, files);
                var entries = new List<(string Name, bool IsDirectory)>();
                int git = 0, qwen = 0, seen = 0, hidden = 0;
                foreach (var entry in new DirectoryInfo(place.Real)
                    .EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    seen++;
                    if (ignored.Exists(pattern => pattern.IsMatch(entry.Name)) || KindOf(entry) is not { } kind)
                    {
                        continue;
                    }

                    if (context.MayShow?.Invoke(Path.Join(place.Real, entry.Name)) is false)
                    {
                        hidden++;
                        continue;
                    }

                    switch (scope.Inherited is IgnoreVerdict.Visible ? scope.Judge(entry.Name, kind) : scope.Inherited)
                    {
                        case IgnoreVerdict.GitIgnored: git++; break;
                        case IgnoreVerdict.QwenIgnored: qwen++; break;
                        default: entries.Add((entry.Name, kind is PathKind.Directory)); break;
                    }
                }

                place.Check();
                return seen == 0
                    ? ToolResult.Success($"Directory {path} is empty.", "Directory is empty.")
                    : Show(entries, git, qwen, hidden);
            }
            catch (PathMovedException exception)
            {
                return Failure(exception.Message);
            }
            catch (Exception exception) when (OsError.Covers(exception))
            {
                return Failure(OsError.From(exception).Describe("scandir", path));
            }
        }

        private ToolResult Show(List<(string Name, bool IsDirectory)> entries, int git, int qwen, int hidden)
        {
            entries.Sort(static (left, right) => left.IsDirectory != right.IsDirectory
                ? right.IsDirectory.CompareTo(left.IsDirectory) : NameOrder.Compare(left.Name, right.Name));
            var most = context.Limits.MaxLines > 0 ? Math.Min(MostEntries, context.Limits.MaxLines) : MostEntries;
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"Listed {entries.Count} item(s) in {path}:\n---");
            for (var i = 0; i < entries.Count && i < most; i++)
            {
                text.Append('\n').Append(entries[i].IsDirectory ? "[DIR] " : string.Empty).Append(NameOrder.OneLine(entries[i].Name));
            }

            var rest = entries.Count - most;
            if (rest > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n---\n[{rest} {(rest == 1 ? "item" : "items")} truncated] ...");
            }

            var counts = (git, qwen) switch
            {
                (0, 0) => string.Empty,
                (_, 0) => $"({git} git-ignored)",
                (0, _) => $"({qwen} qwen-ignored)",
                _ => $"({git} git-ignored, {qwen} qwen-ignored)",
            };
            text.Append(counts.Length == 0 ? string.Empty : "\n\n" + counts);
            if (hidden > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n\n({hidden} left out by permission rules)");
            }

            var display = $"Listed {entries.Count} item(s)" + (counts.Length == 0 ? string.Empty : " " + counts)
                + (rest > 0 ? " (truncated)" : string.Empty);
            return ToolResult.Success(text.ToString(), display);
        }

        // Links are followed; one that leads nowhere is nothing.
        private static PathKind? KindOf(FileSystemInfo entry)
        {
            if (entry.LinkTarget is null)
            {
                return entry is DirectoryInfo ? PathKind.Directory : PathKind.File;
            }

            return FileStatus.Of(
                entry.FullName).Type switch { FileType.Missing => null, FileType.Directory => PathKind.Directory, _ => PathKind.File };
        }

        private static ToolResult Failure(string message) =>
            Failed("ls_execution_error", $"Error listing directory: {message}", "Error: Failed to list directory.");

        private static ToolResult Failed(string type, string message, string display) =>
            ToolResult.Failure(type, message) with { Display = new TextDisplay(display) };
    }
}
