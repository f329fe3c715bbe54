using QwenCode.Plugin.Search.Walking;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>Searches a file or the trees below some directories.</summary>
internal static class GrepSearch
{
    /// <summary>Searches.</summary>
    /// <param name="pattern">What to look for.</param>
    /// <param name="roots">Directories with the rules that hold in them, or files.</param>
    /// <param name="filter">Which files to look at.</param>
    /// <param name="matches">Takes what is found.</param>
    /// <param name="mayShow">Says which paths may be shown; <c>null</c> if all may.</param>
    /// <param name="cancellationToken">Stops the search; what was found stays.</param>
    /// <returns>How many files and directories were left out because they may not be shown.</returns>
    public static async ValueTask<int> RunAsync(
        LinePattern pattern, IReadOnlyList<(string Path, IgnoreScope? Scope)> roots, FileFilter filter, FoundLines matches,
        Func<string, bool>? mayShow, CancellationToken cancellationToken)
    {
        var trees = new List<(string, IgnoreScope, string)>();
        foreach (var (path, scope) in roots)
        {
            if (scope is not null)
            {
                trees.Add((path, scope, string.Empty));
                continue;
            }

            await Task.Run(
                () =>
                {
                    using var searcher = new LineSearcher(pattern, matches, cancellationToken);
                    searcher.Search(path);
                },
                cancellationToken).ConfigureAwait(false);
        }

        return trees.Count == 0 ? 0 : await TreeWalker<string>.WalkAsync(
            trees, () => new Visitor(new LineSearcher(pattern, matches, cancellationToken), filter), mayShow, cancellationToken)
            .ConfigureAwait(false);
    }

    // The state is the way from the root to the directory, with a slash at its end.
    private sealed class Visitor(LineSearcher searcher, FileFilter filter) : FileVisitor<string>
    {
        public override bool Wants(string state, string file) => filter.Wants(state, file);

        public override bool TryEnter(string state, string directory, out string entered)
        {
            entered = filter.NeedsPaths ? state + directory + "/" : state;
            return true;
        }

        public override void Visit(string directory, string file) => searcher.Search(Path.Join(directory, file));

        public override void Dispose()
        {
            searcher.Dispose();
            base.Dispose();
        }
    }
}
