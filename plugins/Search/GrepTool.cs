using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using QwenCode.Plugin.Search.Grep;
using QwenCode.Plugins;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search;

/// <summary>Finds lines by their content.</summary>
[PluginTool(Order = -120)]
public sealed class GrepTool : Tool
{
    /// <summary>Kept of one line where nothing bounds the output.</summary>
    private const int MostCharactersOfLine = 25_000;

    /// <summary>Kept of all lines where nothing bounds the output.</summary>
    private const int MostLines = 100_000;

    /// <summary>Creates the tool.</summary>
    public GrepTool()
        : base(new ToolDeclaration
        {
            Name = "grep_search",
            DisplayName = "Grep",
            Description = """
                Finds lines that match a regular expression in the files of a tree, whatever their case, and returns them as
                path:line:text, ordered by path.
                Binary files, and what .gitignore or .qwenignore exclude, are not searched. Use this and not grep or rg in the shell.
                Special characters that are meant as they stand have to be escaped: "interface\{\}", "log\.info\(".
                """,
            Parameters = ToolDeclaration.Schema("""
                {"type":"object","properties":{
                "pattern":{"type":"string","description":"The regular expression; it matches within one line."},
                "glob":{"type":"string","description":
                  "Only files that fit, such as \"*.ts\", \"*.{cs,csproj}\" or \"src/**\"; with ! before it, only others."},
                "path":{"type":"string","description":
                  "The file or directory to search: absolute, or relative to the project. Default: the whole workspace."},
                "limit":{"type":"number","description":"How many lines to show at most."}},
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
        var pattern = arguments.String("pattern") ?? throw new ToolArgumentException("params must have required property 'pattern'");
        LinePattern lines;
        try
        {
            lines = LinePattern.Parse(pattern);
        }
        catch (RegexParseException exception)
        {
            throw new ToolArgumentException($"Invalid regular expression pattern: {pattern}. Error: {exception.Message}");
        }

        var limit = arguments.Number("limit");
        if (limit is not null and (not (>= 1) or double.PositiveInfinity))
        {
            throw new ToolArgumentException("Limit must be a positive number");
        }

        var roots = SearchRoots.Resolve(arguments.String("path"), context.Workspace);
        var glob = arguments.String("glob");
        try
        {
            var filter = FileFilter.Parse(glob, Prefix(roots, context.Workspace));
            return new Invocation(
                pattern, glob, lines, filter, limit is { } most ? (int)Math.Min(most, int.MaxValue) : null, roots, context);
        }
        catch (FormatException exception)
        {
            throw new ToolArgumentException($"Invalid glob: {glob}. {exception.Message}");
        }
    }

    private static string Prefix(SearchRoots roots, Workspace workspace) =>
        roots.Given is not null && Workspace.IsWithin(roots.Paths[0], workspace.Root) && roots.Paths[0].Length > workspace.Root.Length
            ? Path.GetRelativePath(workspace.Root, roots.Paths[0]).Replace(Path.DirectorySeparatorChar, '/') + "/"
            : string.Empty;

    private sealed class Invocation(string pattern, string? glob, LinePattern lines, FileFilter filter, int? limit, SearchRoots roots,
        ToolContext context) : ToolInvocation
    {
        public override string Description => $"'{pattern}'" + (roots.Given is { } path ? $" in path '{path}'" : string.Empty)
            + (glob is null ? string.Empty : $" (filter: '{glob}')");

        public override ToolConsent Consent => roots.Consent;

        private int MostShownLines => Math.Min(context.Limits.MaxLines > 0 ? context.Limits.MaxLines : MostLines, limit ?? MostLines);

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            var matches = new FoundLines(
                MostShownLines, context.Limits.MaxCharacters > 0 ? context.Limits.MaxCharacters : MostCharactersOfLine * 100);
            var timeout = SearchSettings.Timeout(context);
            using var limited = new CancellationTokenSource(timeout, context.Time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limited.Token);
            var isCutShort = false;
            var hidden = 0;
            try
            {
                if (!roots.AreUnmoved())
                {
                    return ToolResult.Failure("grep_execution_error", roots.Moved);
                }

                var start = new List<(string, IgnoreScope?)>();
                foreach (var root in roots.Paths)
                {
                    if (!Path.Exists(root))
                    {
                        return ToolResult.Failure("search_path_not_found", $"Path does not exist: {root}");
                    }

                    if (Start(root) is { } found)
                    {
                        start.Add(found);
                    }
                }

                hidden = await GrepSearch.RunAsync(lines, start, filter, matches, context.MayShow, linked.Token).ConfigureAwait(false);
                if (!roots.AreUnmoved())
                {
                    return ToolResult.Failure("grep_execution_error", roots.Moved);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                isCutShort = true;
            }
            catch (Exception exception) when (exception is RegexMatchTimeoutException or OverflowException or OutOfMemoryException)
            {
                // The last two are what the engine throws if its list of ways back grows beyond an array.
                return ToolResult.Failure(
                    "grep_execution_error", $"The pattern takes too long to match: {pattern}. Write it without repetitions inside "
                        + "repetitions, or search for a plain text first.");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return ToolResult.Failure("grep_execution_error", $"Error during grep search operation: {exception.Message}");
            }

            return Show(matches, isCutShort ? $"[stopped after {timeout.TotalSeconds:0} s; there may be more matches. Narrow the search "
                + "with 'path' or 'glob'.]" : SearchSettings.LeftOut(hidden));
        }

        // What git ignores may be searched by naming it; what the person hides from the model may not.
        private (string, IgnoreScope?)? Start(string root)
        {
            var files = SearchSettings.IgnoreFiles(context);
            if (Directory.Exists(root))
            {
                var scope = IgnoreScope.For(context.Workspace, root, files);
                return scope.Inherited is IgnoreVerdict.QwenIgnored ? null : (root, scope);
            }

            return IgnoreScope.Judge(context.Workspace, root, PathKind.File, files & IgnoreFiles.Qwen) is IgnoreVerdict.Visible
                ? (root, null) : null;
        }

        private ToolResult Show(FoundLines matches, string? notice)
        {
            var where = roots.Describe(context.Workspace, $"in path \"{roots.Given}\"")
                + (glob is null ? string.Empty : $" (filter: \"{glob}\")");
            if (matches.Count == 0)
            {
                return ToolResult.Success($"No matches found for pattern \"{pattern}\" {where}."
                    + (notice is null ? string.Empty : "\n" + notice), "No matches found");
            }

            var text = new StringBuilder();
            var shown = 0L;
            var isFull = false;
            foreach (var file in matches.Files)
            {
                var path = ShownPath.Of(file.Path);
                foreach (var (number, line) in file.Lines)
                {
                    if (shown == MostShownLines || isFull)
                    {
                        break;
                    }

                    var entry = string.Create(CultureInfo.InvariantCulture, $"\n{path}:{number}:{line}");
                    var room = context.Limits.MaxCharacters > 0 ? context.Limits.MaxCharacters - text.Length + 1 : int.MaxValue;
                    isFull = entry.Length > room;
                    text.Append(isFull ? string.Concat(entry.AsSpan(0, Math.Max(0, room)), "...") : entry);
                    shown++;
                }
            }

            var rest = matches.Count - shown;
            var isTruncated = rest > 0 || isFull;
            var header = $"Found {matches.Count} {(matches.Count == 1 ? "match" : "matches")} for pattern \"{pattern}\" {where}:\n---";
            text.Insert(0, header);
            if (rest > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n---\n[{rest} {(rest == 1 ? "line" : "lines")} truncated] ...");
            }

            text.Append(notice is null ? string.Empty : "\n" + notice);
            return ToolResult.Success(
                text.ToString(),
                $"Found {matches.Count} {(matches.Count == 1 ? "match" : "matches")}{(isTruncated ? " (truncated)" : string.Empty)}");
        }
    }
}
