using QwenCode.Workspaces;

namespace QwenCode.Permissions.Shell;

/// <summary>Walks a parsed script and works out what each command runs, in which directory, and which files and hosts it uses.</summary>
internal sealed partial class ShellAnalyzer
{
    private const int MaxDepth = 12;
    private const int MaxUnits = 4000;

    // Nested scripts are analyzed for each command that carries them; without a bound a crafted script could take forever.
    private const int MaxNested = 2000;
    private const int MaxNestedWords = 100_000;
    private const int CharsPerWord = 4;

    private readonly Dictionary<string, ShellWord> _variables;
    private readonly List<ShellUnit> _units = [];
    private readonly int _depth;
    private readonly Counter _counter;
    private readonly ParsedScripts _scripts;
    private DirectorySet _directories;
    private bool _isLost;
    private bool _hasIntegers;
    private bool _evaluates;
    private bool _carriesCode;
    private bool _isComplete = true;
    private bool _isPlain = true;

    private ShellAnalyzer(ParsedScripts scripts, DirectorySet directories, Dictionary<string, ShellWord> variables, int depth,
        Counter counter)
    {
        _scripts = scripts;
        _directories = directories;
        _variables = variables;
        _depth = depth;
        _counter = counter;
    }

    /// <summary>Gets the directories that the current command may run in.</summary>
    public DirectorySet Directories => _isLost ? _directories.Union(new DirectorySet([null])) : _directories;

    /// <summary>
    /// Marks relative paths as uncertain from here on: hidden code may have changed the directory, or a link was created.
    /// </summary>
    public void Lose() => _isLost = true;

    /// <summary>Analyzes a script.</summary>
    /// <param name="scripts">The scripts parsed so far; what is parsed here is added.</param>
    /// <param name="script">The script.</param>
    /// <param name="directory">The directory it starts in; absolute.</param>
    public static ShellAnalysis Analyze(ParsedScripts scripts, string script, string directory)
    {
        var variables = new Dictionary<string, ShellWord>(StringComparer.Ordinal)
        {
            ["HOME"] = ShellWord.Of(Workspace.HomeDirectory),
            ["PWD"] = ShellWord.Of(directory),
            ["IFS"] = ShellWord.Of(" "),
        };
        return new ShellAnalyzer(scripts, DirectorySet.Of(directory), variables, 0, new Counter()).Run(script);
    }

    /// <summary>Analyzes a script in the arguments of a command.</summary>
    /// <param name="script">The script.</param>
    /// <param name="sharesShell">Whether it runs in this shell, so that a change of directory lasts.</param>
    public (IReadOnlyList<ShellUnit> Units, bool IsPlain) Nested(string script, bool sharesShell = false)
    {
        if (_depth >= MaxDepth || !_counter.Affords(script.Length / CharsPerWord))
        {
            _isComplete = false;
            return ([ShellUnit.Hidden()], false);
        }

        var inner = new ShellAnalyzer(_scripts, _directories, _variables, _depth + 1, _counter) { _isLost = _isLost,
            _hasIntegers = _hasIntegers };
        var analysis = inner.Run(script);
        _isComplete &= analysis.IsComplete;
        if (sharesShell)
        {
            _directories = _directories.Union(inner._directories);
            _isLost |= inner._isLost;
            _hasIntegers |= inner._hasIntegers;
        }

        return (analysis.IsComplete ? analysis.Units : [.. analysis.Units, ShellUnit.Hidden()], analysis.IsReadOnly);
    }

    /// <summary>Analyzes a command that another one starts.</summary>
    /// <param name="words">Its words.</param>
    /// <param name="directories">Where it runs, if not in the current directory.</param>
    public ShellUnit Nested(IReadOnlyList<ShellWord> words, DirectorySet? directories = null)
    {
        if (_depth >= MaxDepth || !_counter.Affords(words.Count))
        {
            _isComplete = false;
            return ShellUnit.Hidden();
        }

        var inner = new ShellAnalyzer(_scripts, directories ?? _directories, _variables, _depth + 1, _counter) { _isLost = _isLost };
        var unit = inner.Build(new SimpleCommand([], words, []), null, isPiped: true);
        _isComplete &= inner._isComplete;
        return unit;
    }

    private ShellAnalysis Run(string script)
    {
        var parsed = _scripts.Parse(script);
        _isComplete &= parsed.IsComplete;
        _isPlain &= !parsed.HasComments;
        Walk(parsed.Root, null);
        if (!parsed.IsComplete)
        {
            foreach (var words in UnparsedScript.Split(script))
            {
                Add(Build(new SimpleCommand([], words, []), null, isPiped: true));
            }
        }

        if (_evaluates && _carriesCode)
        {
            Add(ShellUnit.Hidden());
        }

        var readOnly = _isComplete && _isPlain && _units.Count > 0 && _units.TrueForAll(static unit => unit.IsReadOnly);
        return new ShellAnalysis(_units, _isComplete, readOnly);
    }

    private void Add(ShellUnit unit)
    {
        if (++_counter.Value > MaxUnits)
        {
            _isComplete = false;
            return;
        }

        _units.Add(unit);
    }

    private void Walk(ShellNode node, string? piped, bool isPiped = false)
    {
        switch (node)
        {
            case SimpleCommand command:
                WalkSimple(command, piped, isPiped);
                break;
            case SequenceNode sequence:
                WalkSequence(sequence, isPiped);
                break;
            case PipelineNode pipeline:
                WalkPipeline(pipeline);
                break;
            case BlockNode block:
                WalkBlock(block, isPiped);
                break;
        }
    }

    private void WalkSimple(SimpleCommand command, string? piped, bool isPiped)
    {
        foreach (var word in command.Assignments.Select(static a => a.Value).Concat(command.Words)
            .Concat(command.Redirections.Select(static r => r.Target)))
        {
            WalkSubstitutions(word);
        }

        NoteEvaluation(command);
        if (command.Words.Count > 0 || command.Redirections.Count > 0 || command.Assignments.Count > 0)
        {
            Add(Build(command, piped, isPiped));
        }

        if (command.Words.Count == 0)
        {
            foreach (var assignment in command.Assignments)
            {
                Assign(assignment.Name, assignment.Value);
            }
        }

        if (IsDeclaration(command))
        {
            _hasIntegers |= command.Words.Any(static word => word.StartsWith('-') && word.Text.Contains('i', StringComparison.Ordinal));
            foreach (var (name, value) in command.Words.Skip(1).Select(static word => Split(word)))
            {
                if (name is not null)
                {
                    Assign(name, value);
                }
            }
        }
    }

    private static bool IsDeclaration(SimpleCommand command) =>
        command.Words.Count > 0 && command.Words[0].Literal is "export" or "declare" or "typeset" or "local" or "readonly";

    private void WalkSubstitutions(ShellWord word)
    {
        if (word.HidesCode)
        {
            Add(ShellUnit.Hidden());
            _isPlain = false;
        }

        foreach (var script in word.Substitutions)
        {
            _isPlain = false;
            var before = _directories;
            Walk(script, null);
            _directories = before;
        }
    }

    private void WalkSequence(SequenceNode sequence, bool isPiped)
    {
        // Within a && chain a cd has succeeded; after the chain it may have failed.
        var chainStart = _directories;
        foreach (var (node, connector) in sequence.Items)
        {
            var before = _directories;
            Walk(node, null, isPiped);
            if (connector is ShellConnector.Background)
            {
                _directories = before;
            }
            else if (connector is not ShellConnector.And && _directories != chainStart)
            {
                _directories = Settle(chainStart);
            }

            chainStart = connector is ShellConnector.And ? chainStart : _directories;
        }
    }

    private void WalkPipeline(PipelineNode pipeline)
    {
        string? piped = null;
        var before = _directories;
        for (var i = 0; i < pipeline.Items.Count; i++)
        {
            Walk(pipeline.Items[i], piped, isPiped: i > 0);
            piped = pipeline.Items[i] is SimpleCommand { Words: [{ Literal: "echo" or "printf" }, ..] words }
                ? string.Join(' ', words.Skip(1).Where(static word => !word.StartsWith('-'))
                    .Select(static word => word.ToScript().Replace("\\n", "\n", StringComparison.Ordinal)))
                : null;
        }

        _directories = before.Union(_directories);
    }

    private void WalkBlock(BlockNode block, bool isPiped)
    {
        foreach (var word in block.Words.Concat(block.Redirections.Select(static r => r.Target)))
        {
            WalkSubstitutions(word);
        }

        _carriesCode |= block.Words.Any(CarriesCode);

        // A function runs later, and under the name of a program that may be known.
        _isPlain &= block.Kind is not BlockKind.Function;
        if (block.Redirections.Count > 0)
        {
            Add(Build(new SimpleCommand([], [], block.Redirections), null, isPiped));
        }

        if (block is { Variable: { } variable, Words: [.., var last] })
        {
            _variables[variable] = last;
        }

        if (block.Variable is { } loop && ShellEnvironment.IsDangerous(loop))
        {
            Add(new ShellUnit { Words = [], HasDangerousEnvironment = true });
        }

        if (block.Kind is BlockKind.Control && block.Parts.Count == 0)
        {
            Add(new ShellUnit { Words = [ShellWord.Of("((")] });
        }

        var before = _directories;
        foreach (var part in block.Parts)
        {
            var start = _directories;
            Walk(part, null, isPiped || block.Redirections.Any(static r => r.Kind is RedirectionKind.Read or RedirectionKind.Text));
            _directories = block.Kind is BlockKind.Control or BlockKind.Function ? start.Union(_directories) : _directories;
        }

        _directories = block.Kind is BlockKind.Subshell ? before : _directories;
    }

    private ShellUnit Build(SimpleCommand command, string? piped, bool isPiped)
    {
        var words = command.Words;
        var assignments = Assignments(command).ToArray();

        // A bare assignment changes a variable of this shell, which programs see only if it was exported before.
        var environment = command.Assignments.Any(a => words.Count > 0 ? !ShellEnvironment.IsHarmless(a.Name)
            : ShellEnvironment.IsDangerous(a.Name));
        var substitutes = command.Words.Concat(command.Assignments.Select(static a => a.Value))
            .Concat(command.Redirections.Select(static r => r.Target))
            .Any(static word => word.HasSubstitution);
        var unfolded = CommandUnfolding.Unfold(this, command, piped, isPiped);
        environment |= unfolded.HasDangerousEnvironment || SetsVariable(words)
            || (IsDeclaration(command) && words.Skip(1).Any(static word => ShellEnvironment.IsDangerous(Split(word).Name ?? word.Text)));
        var named = command.Assignments.Select(static a => (Name: (string?)a.Name, a.Value))
            .Concat(IsDeclaration(command) ? words.Skip(1).Select(Split) : [])
            .Where(static pair => pair.Name is { } name && ShellEnvironment.RunsValue(name))
                .SelectMany(pair => CommandUnfolding.Value(this, pair.Value)).ToArray();
        var operations = FileOperations.Of(command, assignments, piped, Directories, Fill);
        var program = words.Count > 0 ? CommandVariants.Program(words[0])?.ToLowerInvariant() : null;
        var mentions = program is null ? [] : new List<string>(Mentions.Of(program, command, piped));
        foreach (var (_, value) in assignments)
        {
            Mentions.Add(mentions, value.Text);
        }

        var writes = command.Redirections.Any(static r => r.Kind is RedirectionKind.Write or RedirectionKind.ReadWrite
            || (r.Kind is RedirectionKind.Read && (r.Target.IsDynamic || r.Target.Text.StartsWith("/dev/", StringComparison.Ordinal))));
        var unit = new ShellUnit
        {
            Words = words,
            Variants = CommandVariants.Of(words, Fill, Directories),
            PossibleVariants = CommandVariants.Possible(words),
            Mentions = mentions,
            HidesForeign = program is "make" or "gmake" or "sed" or "gsed" or "awk" or "gawk" or "mawk" or "nawk",
            Renames = program is "cp" or "mv" or "ln" or "link" or "install" or "dd" or "cat" or "rsync" or "tee"
                ? [.. words.Skip(1).Select(static word => word.Text[(word.Text.LastIndexOf('/') + 1)..])] : [],
            IsUnknownSubCommand = program is "git" && GitCommands.IsUnknown(words),
            Children = named.Length == 0 ? unfolded.Children : [.. unfolded.Children, .. named],
            IsTransparent = unfolded.IsTransparent,
            Operations = operations,
            HasSubstitution = substitutes,
            HasDangerousEnvironment = environment,
            IsReadOnly = !operations.Any(ProcessFiles.AreReadBy) && !writes && !substitutes && !environment
                && (words.Count == 0 ? command.Redirections.Count == 0 || !writes
                : unfolded.IsReadOnlyWithChildren ? unfolded.Children.Count > 0 && unfolded.Children.All(static child => child.IsReadOnly)
                : unfolded.Children.Count == 0 && ReadOnlyCommands.IsReadOnly(words, Directories)),
        };
        Track(words);
        return unit;
    }

    /// <summary>Returns whether a command of the shell puts what it reads or prints into a variable that programs obey.</summary>
    private static bool SetsVariable(IReadOnlyList<ShellWord> words) =>
        words.Count > 1 && words[0].Literal is "read" or "printf" or "mapfile" or "readarray" or "getopts" or "unset"
        && words.Skip(1).Any(static word => ShellEnvironment.IsDangerous(word.Text));

    /// <summary>Lists the variables that a command sets to values that programs may obey.</summary>
    private static IEnumerable<(string Name, ShellWord Value)> Assignments(SimpleCommand command)
    {
        var program = command.Words.Count > 0 ? CommandVariants.Program(command.Words[0]) : null;
        var named = IsDeclaration(command) || program is "env" or "sudo" or "doas" or "command"
            ? command.Words.Skip(1).Select(static word => Split(word)) : [];
        return command.Assignments.Select(static a => (Name: (string?)a.Name, a.Value)).Concat(named)
            .Where(pair => pair.Name is { } name && !ShellEnvironment.IsListed(name)
                // Variables of the shell itself are in small letters by custom, and no program sees them.
                && (command.Words.Count > 0 || name.Any(char.IsUpper) || ShellEnvironment.IsDangerous(name)))
            .Select(static pair => (pair.Name!, pair.Value));
    }

    private sealed class Counter
    {
        private int _nested;
        private long _words;

        public int Value { get; set; }

        /// <summary>Counts a nested script, and returns whether the bounds still allow it.</summary>
        public bool Affords(int words) => ++_nested <= MaxNested && (_words += words) <= MaxNestedWords;
    }
}
