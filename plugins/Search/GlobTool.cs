using System.Buffers;
using System.Globalization;
using System.Text;
using QwenCode.Plugin.Search.Walking;
using QwenCode.Plugins;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search;

/// <summary>Finds files by name.</summary>
[PluginTool(Order = -110)]
public sealed class GlobTool : Tool
{
    private const int MostFiles = 100;

    private static readonly SearchValues<char> Special = SearchValues.Create("[]{}?*");
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    /// <summary>Creates the tool.</summary>
    public GlobTool()
        : base(new ToolDeclaration
        {
            Name = "glob",
            DisplayName = "Glob",
            Description = """
                Finds files by path pattern, such as "**/*.cs" or "src/**/{index,main}.ts", whatever their case, and returns absolute paths:
                those changed within the last day first, newest first, then the others by path. At most 100 are shown.
                "*" stays within one name, "**" spans directories. Files that .gitignore or .qwenignore exclude are not found.
                To search in the content of files, use grep_search.
                """,
            Parameters = ToolDeclaration.Schema("""
                {"type":"object","properties":{
                "pattern":{"type":"string","description":"The pattern, relative to the searched directory."},
                "path":{"type":"string","description":
                  "The directory to search: absolute, or relative to the project. Default: the whole workspace."}},
                "required":["pattern"]}
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
        var pattern = arguments.String("pattern");
        if (string.IsNullOrWhiteSpace(pattern))
        {
            throw new ToolArgumentException("The 'pattern' parameter cannot be empty.");
        }

        var roots = SearchRoots.Resolve(arguments.String("path"), context.Workspace);
        if (roots.Consent is ToolConsent.Allow && roots.Absolute is { } directory && !Directory.Exists(directory))
        {
            throw new ToolArgumentException($"Path is not a directory: {directory}");
        }

        return new Invocation(pattern, Relative(pattern, roots), roots, context);
    }

    // A pattern that leads out of the searched directory would be a path that no rule has seen.
    private static string Relative(string pattern, SearchRoots roots)
    {
        var relative = OperatingSystem.IsWindows() ? pattern.Replace('\\', '/') : pattern;
        if (Path.IsPathRooted(relative))
        {
            var root = roots.Paths.Append(roots.Absolute).FirstOrDefault(
                path => path is not null && relative.StartsWith(Path.TrimEndingDirectorySeparator(path) + "/", StringComparison.Ordinal));
            relative = root is null ? throw Outside(pattern) : relative[(Path.TrimEndingDirectorySeparator(root).Length + 1)..];
        }

        return relative.Split('/', '{', ',', '}').Contains("..") || relative.StartsWith('~') ? throw Outside(pattern) : relative;
    }

    private static ToolArgumentException Outside(string pattern) =>
        new($"The pattern '{pattern}' leads out of the searched directory. Give the directory as 'path', and a pattern relative to it "
            + "without '..'.");

    private sealed class Invocation(string pattern, string relative, SearchRoots roots, ToolContext context) : ToolInvocation
    {
        private int _hidden;

        public override string Description => $"'{pattern}'" + (roots.Given is { } path ? $" in path '{path}'" : string.Empty);

        public override ToolConsent Consent => roots.Consent;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            try
            {
                if (!roots.AreUnmoved())
                {
                    return ToolResult.Failure("glob_execution_error", roots.Moved);
                }

                if (roots.Absolute is { } given && !Directory.Exists(given))
                {
                    return ToolResult.Failure("search_path_not_found", $"Path does not exist: {given}");
                }

                var files = await FindAsync(cancellationToken).ConfigureAwait(false);
                return roots.AreUnmoved() ? Show(files) : ToolResult.Failure("glob_execution_error", roots.Moved);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
            {
                return ToolResult.Failure("glob_execution_error", $"Error during glob search operation: {exception.Message}");
            }
        }

        private async ValueTask<List<FoundFile>> FindAsync(CancellationToken cancellationToken)
        {
            var glob = GlobPattern.Parse(relative, GlobCase.Ignore);
            var start = new List<(string, IgnoreScope, GlobCursor)>();
            var found = new List<FoundFile>();
            foreach (var root in roots.Paths)
            {
                var scope = IgnoreScope.For(context.Workspace, root, SearchSettings.IgnoreFiles(context));
                if (scope.Inherited is not IgnoreVerdict.Visible)
                {
                    continue;
                }

                // A file that has the pattern for its name is what was meant: "[id].tsx".
                var literal = Path.Join(root, relative);
                if (relative.AsSpan().ContainsAny(Special) && File.Exists(literal) && context.Workspace.Contains(literal))
                {
                    if (IgnoreScope.Judge(context.Workspace, literal, PathKind.File, SearchSettings.IgnoreFiles(context))
                        is IgnoreVerdict.Visible && context.MayShow?.Invoke(Workspace.RealPath(literal)) is not false)
                    {
                        found.Add(new FoundFile(literal, File.GetLastWriteTimeUtc(literal).Ticks));
                    }

                    continue;
                }

                start.Add((root, scope, glob.Start));
            }

            _hidden = await TreeWalker<GlobCursor>.WalkAsync(start, () => new Finder(found), context.MayShow, cancellationToken)
                .ConfigureAwait(false);
            var recent = (context.Time.GetUtcNow() - Recent).UtcTicks;
            found.Sort((left, right) => (left.Modified >= recent, right.Modified >= recent) switch
            {
                (true, true) when left.Modified != right.Modified => right.Modified.CompareTo(left.Modified),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left.Path, right.Path),
            });
            return found;
        }

        private ToolResult Show(List<FoundFile> files)
        {
            var where = roots.Describe(context.Workspace, $"within {roots.Absolute}");
            var notice = SearchSettings.LeftOut(_hidden) is { } leftOut ? "\n" + leftOut : string.Empty;
            if (files.Count == 0)
            {
                return ToolResult.Success($"No files found matching pattern \"{pattern}\" {where}{notice}", "No files found");
            }

            var most = context.Limits.MaxLines > 0 ? Math.Min(MostFiles, context.Limits.MaxLines) : MostFiles;
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture,
                $"Found {files.Count} file(s) matching \"{pattern}\" {where}, sorted by modification time (newest first):\n---");
            for (var i = 0; i < files.Count && i < most; i++)
            {
                text.Append('\n').Append(ShownPath.Of(files[i].Path));
            }

            var rest = files.Count - most;
            if (rest > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n---\n[{rest} {(rest == 1 ? "file" : "files")} truncated] ...");
            }

            text.Append(notice);
            return ToolResult.Success(text.ToString(), $"Found {files.Count} matching file(s){(rest > 0 ? " (truncated)" : string.Empty)}");
        }
    }

    private readonly record struct FoundFile(string Path, long Modified);

    private sealed class Finder(List<FoundFile> all) : FileVisitor<GlobCursor>
    {
        private readonly List<FoundFile> _own = [];

        public override bool Wants(GlobCursor state, string file) => state.Matches(file);

        public override bool TryEnter(GlobCursor state, string directory, out GlobCursor entered) => state.TryEnter(directory, out entered);

        public override void Visit(string directory, string file)
        {
            var path = System.IO.Path.Join(directory, file);
            _own.Add(new FoundFile(path, File.GetLastWriteTimeUtc(path).Ticks));
        }

        public override void Dispose()
        {
            lock (all)
            {
                all.AddRange(_own);
            }

            base.Dispose();
        }
    }
}
