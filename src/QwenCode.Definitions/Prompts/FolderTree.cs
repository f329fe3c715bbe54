using System.Text;

namespace QwenCode.Definitions.Prompts;

/// <summary>Draws the upper part of a folder: entries are taken breadth first, so that the limit cuts depth and not width.</summary>
internal static class FolderTree
{
    /// <summary>A folder with more entries than this is not read to its end; only a few could be shown anyway.</summary>
    private const int MaxRead = 2_000;

    public static void Append(StringBuilder text, string directory, StartupContextOptions options)
    {
        var root = new Node(directory, directory, isDirectory: true);
        var left = options.MaxEntries;
        var pending = new Queue<Node>([root]);
        while (pending.TryDequeue(out var node))
        {
            foreach (var child in Read(node, options.IsIgnored))
            {
                if (left == 0)
                {
                    node.IsCut = true;
                    break;
                }

                left--;
                node.Children.Add(child);
                if (child.IsDirectory && !child.IsElided)
                {
                    pending.Enqueue(child);
                }
            }
        }

        text.Append(Path.TrimEndingDirectorySeparator(directory)).Append('/').Append('\n');
        Draw(text, root, string.Empty);
    }

    private static List<Node> Read(Node node, Func<string, bool, bool>? isIgnored)
    {
        List<Node> found = [];
        try
        {
            foreach (var entry in new DirectoryInfo(node.Path).EnumerateFileSystemInfos())
            {
                if (found.Count == MaxRead)
                {
                    node.IsCut = true;
                    break;
                }

                var isDirectory = (entry.Attributes & FileAttributes.Directory) != 0;
                var isIgnoredHere = isIgnored?.Invoke(entry.FullName, isDirectory) == true;
                if (isDirectory)
                {
                    // A link may lead out of the project, or back into it.
                    var isElided = isIgnoredHere || entry.LinkTarget is not null || entry.Name is "node_modules" or ".git" or "dist";
                    found.Add(new(entry.Name, entry.FullName, isDirectory: true) { IsElided = isElided, IsCut = isElided });
                }
                else if (!isIgnoredHere)
                {
                    found.Add(new(entry.Name, entry.FullName, isDirectory: false));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            node.IsCut = true;   // shown with an ellipsis: there is something the program may not see
        }

        // Files first, each kind by name, so that the same folder always makes the same text.
        found.Sort(static (left, right) => left.IsDirectory != right.IsDirectory
            ? left.IsDirectory.CompareTo(right.IsDirectory) : string.CompareOrdinal(left.Name, right.Name));
        return found;
    }

    private static void Draw(StringBuilder text, Node node, string prefix)
    {
        for (var i = 0; i < node.Children.Count; i++)
        {
            var child = node.Children[i];
            var isLast = i == node.Children.Count - 1 && !node.IsCut;
            text.Append(prefix).Append(isLast ? "└───" : "├───").Append(child.Name);
            if (child.IsDirectory)
            {
                text.Append('/');
            }

            if (child.IsCut && child.Children.Count == 0)
            {
                text.Append("...");
            }

            text.Append('\n');
            Draw(text, child, prefix + (isLast ? "    " : "│   "));
        }

        if (node.IsCut && node.Children.Count > 0)
        {
            text.Append(prefix).Append("└───...\n");
        }
    }

    private sealed class Node(string name, string path, bool isDirectory)
    {
        public string Name { get; } = name;

        public string Path { get; } = path;

        public bool IsDirectory { get; } = isDirectory;

        public List<Node> Children { get; } = [];

        /// <summary>Gets whether the folder is named only.</summary>
        public bool IsElided { get; init; }

        /// <summary>Gets or sets whether there is more than is shown.</summary>
        public bool IsCut { get; set; }
    }
}
