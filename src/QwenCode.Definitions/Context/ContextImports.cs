using System.Text;
using QwenCode.Platform.Files;
using QwenCode.Workspaces;

namespace QwenCode.Definitions.Context;

/// <summary>Follows <c>@path</c> in context files.</summary>
internal sealed class ContextImports(string root, List<ContextFileIssue> issues)
{
    private const int MaxDepth = 5;
    private readonly string _root = Workspace.RealPath(root);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Puts each imported file where it is imported.</summary>
    public string Tree(string file, string content)
    {
        _seen.Add(Workspace.RealPath(file));
        return Expand(file, content, 0,
            static (name, imported) => $"<!-- Imported from: {name} -->\n{imported}\n<!-- End of import from: {name} -->");
    }

    /// <summary>Lists the file and all it imports behind one another, each once.</summary>
    public string Flat(string file, string content)
    {
        var text = new StringBuilder();
        var rest = new StringBuilder();
        _seen.Add(Workspace.RealPath(file));
        var own = Expand(file, content, 0, null, (name, imported) => Append(rest, name, imported));
        Append(text, file, own);
        return text.Append(rest).ToString();

        static void Append(StringBuilder target, string name, string body) =>
            target.Append("--- File: ").Append(name).Append(" ---\n").Append(body.Trim()).Append("\n--- End of File: ").Append(name)
                .Append(" ---\n\n");
    }

    private string Expand(
        string file, string content, int depth, Func<string, string, string>? wrap, Action<string, string>? collect = null)
    {
        if (!content.Contains('@', StringComparison.Ordinal))
        {
            return content;
        }

        var result = new StringBuilder(content.Length);
        var lines = content.Split('\n');
        string? fence = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            result.Append(i > 0 ? "\n" : string.Empty);
            var trimmed = line.AsSpan().TrimStart();
            if (trimmed.StartsWith("```") || trimmed.StartsWith("~~~"))
            {
                var mark = trimmed[..3].ToString();
                fence = fence is null ? mark : fence == mark ? null : fence;
            }
            else if (fence is null)
            {
                ExpandLine(result, line, file, i + 1, depth, wrap, collect);
                continue;
            }

            result.Append(line);
        }

        return result.ToString();
    }

    private void ExpandLine(StringBuilder result, string line, string file, int number, int depth, Func<string, string, string>? wrap,
        Action<string, string>? collect)
    {
        for (var i = 0; i < line.Length;)
        {
            if (line[i] == '`')
            {
                var close = CloseOfSpan(line, i);
                result.Append(line, i, close - i);
                i = close;
                continue;
            }

            if (line[i] != '@' || (i > 0 && !char.IsWhiteSpace(line[i - 1])) || PathAt(line, i + 1) is not { } path)
            {
                result.Append(line[i++]);
                continue;
            }

            result.Append(Import(path, file, number, depth, wrap, collect));
            i += 1 + path.Length;
        }
    }

    private string Import(
        string path, string file, int line, int depth, Func<string, string, string>? wrap, Action<string, string>? collect)
    {
        var written = "@" + path;
        if (path.Contains("://", StringComparison.Ordinal) || path.Contains('\0', StringComparison.Ordinal))
        {
            return written;
        }

        var target = Workspace.RealPath(Path.GetFullPath(path, Path.GetDirectoryName(file)!));
        if (!Workspace.IsWithin(target, _root))
        {
            issues.Add(new(file, line, $"The import {written} leads out of {_root} and was left out."));
            return $"<!-- Import failed: {path} - Path traversal attempt -->";
        }

        if (!File.Exists(target))
        {
            return written;   // most often no import at all: a name, a decorator, an address
        }

        if (_seen.Contains(target))
        {
            return $"<!-- File already processed: {path} -->";
        }

        if (depth == MaxDepth)
        {
            issues.Add(new(file, line, $"The import {written} is nested deeper than {MaxDepth} levels and was left out."));
            return written;
        }

        string content;
        try
        {
            content = BoundedFile.ReadText(target, ContextFiles.MaxLength, out var isCut);
            if (isCut)
            {
                issues.Add(new(
                    file, line, $"The import {written} is larger than {ContextFiles.MaxLength / 1024} KiB; only its beginning is used."));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            issues.Add(new(file, line, $"The import {written} cannot be read: {exception.Message}"));
            return written;
        }

        _seen.Add(target);
        if (wrap is not null)
        {
            return wrap(path, Expand(target, content, depth + 1, wrap).Trim());
        }

        // The importing file comes first, then what it imports, each before its own imports.
        var inner = new List<(string Name, string Body)>();
        var body = Expand(target, content, depth + 1, null, (name, text) => inner.Add((name, text)));
        collect!(target, body);
        foreach (var (name, text) in inner)
        {
            collect(name, text);
        }

        return written;
    }

    /// <summary>Returns the end of a code span that begins here; an unclosed run of backticks is text.</summary>
    private static int CloseOfSpan(string line, int start)
    {
        var run = start;
        while (run < line.Length && line[run] == '`')
        {
            run++;
        }

        var ticks = line[start..run];
        for (var i = run; i < line.Length; i++)
        {
            if (line[i] != '`')
            {
                continue;
            }

            var end = i;
            while (end < line.Length && line[end] == '`')
            {
                end++;
            }

            if (end - i == ticks.Length)
            {
                return end;
            }

            i = end - 1;
        }

        return run;
    }

    private static string? PathAt(string line, int start)
    {
        if (start >= line.Length || !(line[start] is '.' or '/' || char.IsAsciiLetter(line[start])))
        {
            return null;
        }

        var end = start;
        while (end < line.Length && !char.IsWhiteSpace(line[end]))
        {
            end++;
        }

        return line[start..end];
    }
}
