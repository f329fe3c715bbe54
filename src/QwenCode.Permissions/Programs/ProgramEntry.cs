using QwenCode.Permissions.Shell;

namespace QwenCode.Permissions.Programs;

/// <summary>What is known of one program. An option that is not known never makes a command safer.</summary>
internal sealed class ProgramEntry
{
    private readonly Dictionary<string, ProgramOption> _options = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    /// <summary>Gets what the arguments are that belong to no option.</summary>
    public string Arguments { get; private set; } = "guess";

    /// <summary>Gets whether the program changes nothing and starts nothing if its options do not.</summary>
    public bool OnlyReads { get; private set; }

    /// <summary>Gets whether no option of the program changes or starts anything, also those that are not listed.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>
    /// Gets whether no word can make the program change or start anything, whatever it expands to. An open program with an option that
    /// does, such as <c>rg --pre</c>, is not among them.
    /// </summary>
    public bool HidesNothing => IsOpen && _options.Values.All(static option => option.OnlyReads);

    /// <summary>Gets whether the arguments and the input may hold commands.</summary>
    public bool IsLoose { get; private set; }

    public IReadOnlyCollection<ProgramOption> Options => _options.Values;

    /// <summary>Takes over one line of the table.</summary>
    /// <param name="key">The first word of the line.</param>
    /// <param name="words">The others.</param>
    public void Add(string key, IReadOnlyList<string> words)
    {
        switch (key)
        {
            case "only-reads":
                OnlyReads = true;
                break;
            case "loose":
                IsLoose = true;
                break;
            case "args":
                Arguments = words[0];
                break;
            case "aliases":
                foreach (var pair in words.Select(static word => word.Split('=')))
                {
                    _aliases[pair[0]] = pair[1];
                }

                break;
            default:
                foreach (var word in words)
                {
                    Add(word, Role(key));
                }

                break;
        }
    }

    /// <summary>Returns the name of a sub-command; unchanged if it is no alias.</summary>
    public string Resolve(string subCommand) => _aliases.GetValueOrDefault(subCommand, subCommand);

    /// <summary>Finds an option by its name or, if it is long, by an unambiguous beginning of it.</summary>
    public ProgramOption? Find(string name)
    {
        if (_options.TryGetValue(name, out var exact) || !name.StartsWith("--", StringComparison.Ordinal) || name.Length < 3)
        {
            return exact;
        }

        ProgramOption? found = null;
        foreach (var option in _options.Values)
        {
            if (option.IsLong && option.Name.StartsWith(name, StringComparison.Ordinal))
            {
                if (found is not null && (found.Role != option.Role || found.IsAttached != option.IsAttached))
                {
                    return null;
                }

                found = option;
            }
        }

        return found;
    }

    /// <summary>Sorts the arguments of a command.</summary>
    /// <param name="words">The words after the program.</param>
    public ProgramUse Read(IReadOnlyList<ShellWord> words)
    {
        var use = new ProgramUse();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word.Text is "--" && !word.IsDynamic)
            {
                use.Positionals.AddRange(words.Skip(i + 1));
                break;
            }

            if (!word.StartsWith('-') || word.Chars.Length == 1)
            {
                use.Positionals.Add(word);
                continue;
            }

            var next = i + 1 < words.Count ? words[i + 1] : null;
            if (word.Chars[1] is { Value: '-', IsDynamic: false } || IsWhole(word))
            {
                i += ReadLong(word, next, use) ? 1 : 0;
            }
            else
            {
                i += ReadCluster(word, next, use) ? 1 : 0;
            }
        }

        return use;
    }

    // `-exec` and the like: several letters after one dash.
    private bool IsWhole(ShellWord word) =>
        word.Chars.Length > 2 && _options.ContainsKey(Name(word)) && Name(word).Length > 2;

    private static string Name(ShellWord word)
    {
        var end = Array.FindIndex(word.Chars, static c => c.IsDynamic || c.Value is '=');
        return end < 0 ? word.Text : word.Text[..end];
    }

    private bool ReadLong(ShellWord word, ShellWord? next, ProgramUse use)
    {
        var name = Name(word);
        var hasValue = name.Length < word.Chars.Length;
        if (word.IsDynamic && (!hasValue || word.Chars[name.Length].IsDynamic))
        {
            use.Unknown.Add((word, next));
            return false;
        }

        if (Find(name) is not { } option)
        {
            use.Unknown.Add((word, next));
            use.Flags.Add(word.Text);
            return false;
        }

        use.Flags.Add(option.Name);
        var takesNext = option.TakesWord && !hasValue;
        use.Options.Add((option, hasValue ? word.Skip(name.Length + 1) : takesNext ? next : null));

        // A beginning may also be that of an option which is not listed and takes no value.
        return takesNext && option.Name == name;
    }

    private bool ReadCluster(ShellWord word, ShellWord? next, ProgramUse use)
    {
        var isCertain = true;
        for (var at = 1; at < word.Chars.Length; at++)
        {
            var name = $"-{word.Chars[at].Value}";
            if (word.Chars[at].IsDynamic || !_options.TryGetValue(name, out var option))
            {
                use.Unknown.Add((at == 1 ? word : new ShellWord([word.Chars[0], .. word.Chars[at..]], word.Substitutions, word.Variables,
                    word.IsQuoted, word.HidesCode), next));
                use.Flags.Add(word.Chars[at].IsDynamic ? word.Text : name);
                isCertain &= IsOpen;
                continue;   // the other letters may be options or its value
            }

            use.Flags.Add(option.Name);
            if (option.Role is OptionRole.Digits)
            {
                while (at + 1 < word.Chars.Length && char.IsAsciiHexDigit(word.Chars[at + 1].Value)
                    && !_options.ContainsKey($"-{word.Chars[at + 1].Value}"))
                {
                    at++;
                }

                use.Options.Add((option, null));
                continue;
            }

            var isLast = at + 1 == word.Chars.Length;
            if (option.TakesWord || option.IsAttached)
            {
                use.Options.Add((option, !isLast ? word.Skip(at + 1) : option.TakesWord ? next : null));
                return isLast && option.TakesWord && isCertain;
            }

            use.Options.Add((option, null));
        }

        return false;
    }

    private void Add(string word, OptionRole role)
    {
        if (word is "*")
        {
            IsOpen = true;
            return;
        }

        var isAttached = word.EndsWith('=');
        var name = word.Length > 2 ? word.TrimEnd('=', '#') : word;
        _options[name] = new ProgramOption(name, word.EndsWith('#') && word.Length > 2 ? OptionRole.Digits : role, isAttached);
    }

    private static OptionRole Role(string key) => key switch
    {
        "flags" => OptionRole.Flag,
        "texts" => OptionRole.Text,
        "reads" => OptionRole.Read,
        "names" => OptionRole.Names,
        "writes" => OptionRole.Write,
        "folders" => OptionRole.Folder,
        "hosts" => OptionRole.Host,
        "starts" => OptionRole.Start,
        "code" => OptionRole.Code,
        "changes" => OptionRole.Change,
        _ => throw new InvalidOperationException($"The table of programs has a line that begins with \"{key}\"."),
    };
}
