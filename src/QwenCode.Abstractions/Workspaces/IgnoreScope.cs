namespace QwenCode.Workspaces;

/// <summary>
/// The ignore rules that hold in one directory: its own files and those of the directories above it. Immutable; a walk through a
/// tree enters directory by directory, and a question about one path lets
/// <see cref="Judge(Workspace, string, PathKind, IgnoreFiles)"/> do that.
/// </summary>
/// <remarks>
/// <c>.gitignore</c> counts inside a repository only, from the repository's root downwards, with <c>.git/info/exclude</c> below
/// all of them; the user's global excludes are not read. <c>.qwenignore</c> counts from the workspace directory downwards, or
/// from the directory asked for if that lies outside.
/// </remarks>
public sealed class IgnoreScope
{
    private const long LargestFile = 8 * 1024 * 1024;

    private readonly string _directory;
    private readonly IgnoreFiles _files;
    private readonly Layer[] _git;
    private readonly Layer[] _qwen;
    private readonly bool _inRepository;

    private IgnoreScope(string directory, IgnoreFiles files, Layer[] git, Layer[] qwen, bool inRepository, IgnoreVerdict inherited)
    {
        _directory = directory;
        _files = files;
        _git = git;
        _qwen = qwen;
        _inRepository = inRepository;
        Inherited = inherited;
    }

    /// <summary>
    /// Gets what holds for everything in the directory, because it or a directory above it, up to the workspace's, is ignored.
    /// </summary>
    public IgnoreVerdict Inherited { get; }

    /// <summary>Finds the rules that hold in a directory.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="directory">An absolute path; links are resolved.</param>
    /// <param name="files">Which ignore files are honoured.</param>
    public static IgnoreScope For(Workspace workspace, string directory, IgnoreFiles files)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var real = Workspace.RealPath(directory);
        var top = real;
        foreach (var candidate in workspace.Directories)
        {
            // The widest one: a rule of the project holds in its additional sub-directories as well.
            top = Workspace.IsWithin(real, candidate) && candidate.Length < top.Length ? candidate : top;
        }

        var repository = files.HasFlag(IgnoreFiles.Git) ? FindRepository(top) : null;
        var start = repository ?? top;
        var scope = new IgnoreScope(start, files, [], [], inRepository: false, IgnoreVerdict.Visible).WithOwnFiles(qwen: start == top);
        foreach (var name in Path.GetRelativePath(start, real).Split(Path.DirectorySeparatorChar).Where(static name => name is not "."))
        {
            var inside = Workspace.IsWithin(scope._directory, top);
            var verdict = inside && scope.Inherited is IgnoreVerdict.Visible ? scope.Judge(name, PathKind.Directory) : scope.Inherited;
            scope = scope.Below(name, verdict);
            scope = scope.WithOwnFiles(qwen: Workspace.IsWithin(scope._directory, top));
        }

        return scope;
    }

    /// <summary>
    /// Says what ignore files say of one path: of itself, or of a directory above it. Links in it are followed, and the path is
    /// judged as given too.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="path">An absolute path.</param>
    /// <param name="kind">What the path names.</param>
    /// <param name="files">Which ignore files are honoured.</param>
    public static IgnoreVerdict Judge(Workspace workspace, string path, PathKind kind, IgnoreFiles files)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (files is IgnoreFiles.None)
        {
            return IgnoreVerdict.Visible;
        }

        // The name it was asked for under, in its real directory; and, if that is a link, the file behind it.
        var full = Path.GetFullPath(path);
        var parent = Path.GetDirectoryName(full);
        var named = parent is null ? full : Path.Combine(Workspace.RealPath(parent), Path.GetFileName(full));
        var verdict = JudgeReal(workspace, named, kind, files);
        var real = Workspace.RealPath(full);
        return verdict is not IgnoreVerdict.Visible || real == named ? verdict : JudgeReal(workspace, real, kind, files);
    }

    /// <summary>Judges an entry of the directory by the rules, <see cref="Inherited"/> left aside.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="kind">What the entry is.</param>
    public IgnoreVerdict Judge(ReadOnlySpan<char> name, PathKind kind)
    {
        if ((_files & IgnoreFiles.Git) != 0 && (name.SequenceEqual(".git") || IsIgnored(_git, name, kind)))
        {
            return IgnoreVerdict.GitIgnored;
        }

        return IsIgnored(_qwen, name, kind) ? IgnoreVerdict.QwenIgnored : IgnoreVerdict.Visible;
    }

    /// <summary>Goes into a directory and reads the ignore files there.</summary>
    /// <param name="name">The directory's name.</param>
    public IgnoreScope Enter(string name) => Below(name, Inherited).WithOwnFiles(qwen: true);

    /// <summary>Goes into a directory whose entries are known, and reads the ignore files there only if it has any.</summary>
    /// <param name="name">The directory's name.</param>
    /// <param name="entries">What <see cref="Recognise"/> said of its entries, put together.</param>
    public IgnoreScope Enter(string name, IgnoreFiles entries)
    {
        var below = Below(name, Inherited);
        return entries is IgnoreFiles.None ? below : below.WithOwnFiles(qwen: true);
    }

    /// <summary>Returns which kind of ignore file, if any, an entry of a directory is.</summary>
    /// <param name="name">The entry's name.</param>
    public static IgnoreFiles Recognise(ReadOnlySpan<char> name) => name switch
    {
        ".gitignore" or ".git" => IgnoreFiles.Git,
        ".qwenignore" => IgnoreFiles.Qwen,
        _ => IgnoreFiles.None,
    };

    private static IgnoreVerdict JudgeReal(Workspace workspace, string path, PathKind kind, IgnoreFiles files)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return IgnoreVerdict.Visible;
        }

        var scope = For(workspace, parent, files);
        return scope.Inherited is IgnoreVerdict.Visible ? scope.Judge(Path.GetFileName(path), kind) : scope.Inherited;
    }

    private static bool IsIgnored(Layer[] layers, ReadOnlySpan<char> name, PathKind kind)
    {
        for (var i = layers.Length - 1; i >= 0; i--)
        {
            if (layers[i].Rules.Judge(layers[i].Prefix, name, kind) is { } verdict)
            {
                return verdict;
            }
        }

        return false;
    }

    private static string? FindRepository(string directory)
    {
        for (var at = directory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return at;
            }
        }

        return null;
    }

    private static string? FindExcludes(string repository)
    {
        var git = Path.Combine(repository, ".git");
        if (Directory.Exists(git))
        {
            return Path.Combine(git, "info", "exclude");
        }

        // A linked working tree or a submodule: ".git" is a file that names the real directory, and that may name a common one.
        var text = ReadText(git);
        if (text is null || !text.StartsWith("gitdir:", StringComparison.Ordinal))
        {
            return null;
        }

        var directory = Path.GetFullPath(text["gitdir:".Length..].Trim(), repository);
        return Path.Combine(ReadText(Path.Combine(directory, "commondir")) is { } common
            ? Path.GetFullPath(common.Trim(), directory) : directory, "info", "exclude");
    }

    private static IgnoreRules? ReadRules(string? path) =>
        path is not null && ReadText(path) is { } text && IgnoreRules.Parse(text) is { IsEmpty: false } rules ? rules : null;

    private static string? ReadText(string path)
    {
        try
        {
            // A pipe has no length, so nothing that would block is opened, behind a link neither.
            var file = new FileInfo(Workspace.RealPath(path));
            return file.Exists && file.Length is > 0 and <= LargestFile ? File.ReadAllText(file.FullName) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Layer[] Shift(Layer[] layers, string name)
    {
        if (layers.Length == 0)
        {
            return layers;
        }

        var shifted = new Layer[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            shifted[i] = layers[i] with { Prefix = layers[i].Prefix + name + "/" };
        }

        return shifted;
    }

    private IgnoreScope Below(string name, IgnoreVerdict inherited) =>
        new(Path.Combine(_directory, name), _files, Shift(_git, name), Shift(_qwen, name), _inRepository, inherited);

    private IgnoreScope WithOwnFiles(bool qwen)
    {
        var git = _git;
        var inRepository = _inRepository;
        if ((_files & IgnoreFiles.Git) != 0)
        {
            if (!inRepository && Path.Exists(Path.Combine(_directory, ".git")))
            {
                inRepository = true;
                git = ReadRules(FindExcludes(_directory)) is { } excludes ? [.. git, new Layer(excludes, string.Empty)] : git;
            }

            git = inRepository && ReadRules(Path.Combine(_directory, ".gitignore")) is { } rules
                ? [.. git, new Layer(rules, string.Empty)] : git;
        }

        var own = qwen && (_files & IgnoreFiles.Qwen) != 0 && ReadRules(Path.Combine(_directory, ".qwenignore")) is { } hidden
            ? [.. _qwen, new Layer(hidden, string.Empty)]
            : _qwen;
        return git == _git && own == _qwen && inRepository == _inRepository
            ? this : new IgnoreScope(_directory, _files, git, own, inRepository, Inherited);
    }

    // The prefix leads from the directory of the ignore file to the directory of the scope: empty, or with a slash at its end.
    private readonly record struct Layer(IgnoreRules Rules, string Prefix);
}
