using static QwenCode.Permissions.Shell.FileOperations;

namespace QwenCode.Permissions.Shell;

/// <summary>The programs whose file and network use is known.</summary>
internal static class CommandTable
{
    private static readonly Dictionary<string, CommandShape> Shapes = Build();

    public static CommandShape? Find(string program) => Shapes.GetValueOrDefault(program);

    private static Dictionary<string, CommandShape> Build()
    {
        var table = new Dictionary<string, CommandShape>(StringComparer.Ordinal);
        void Map(string names, CommandShape shape)
        {
            foreach (var name in names.Split(' '))
            {
                table[name] = shape;
            }
        }

        var read = new CommandShape(static (use, paths, list) => Each(list, use.Positionals, word => paths.File(Read, word)));
        Map("cat tac nl zcat bzcat xzcat gzcat lzcat less more most file stat readlink realpath cmp md5sum sha1sum sha224sum sha256sum "
            + "sha384sum sha512sum cksum b2sum sum strings column fold expand unexpand base64 base32", read with
        {
            FileOptions = [("-f", Read), ("--files-from", Read)],
        });
        Map("wc", read with { FileOptions = [("--files0-from", Read)] });
        Map("head tail", read with { ValueOptions = ["-n", "-c", "--lines", "--bytes", "-s", "--pid"] });
        Map("diff diff3 sdiff", Recursive(Read, "r") with { ValueOptions = ["-U", "-C", "-W", "-I", "-x", "-L"],
            FileOptions = [("--from-file", Read), ("--to-file", Read), ("-X", Read)] });
        Map("hexdump", read with { ValueOptions = ["-n", "-s", "-e"], FileOptions = [("-f", Read)] });
        Map("od", read with { ValueOptions = ["-A", "-j", "-N", "-t", "-S"] });
        Map("xxd", new CommandShape(static (use, paths, list) =>
        {
            Each(list, use.Positionals.Take(1), word => paths.File(Read, word));
            Each(list, use.Positionals.Skip(1), word => paths.File(Write, word));
        })
        { ValueOptions = ["-c", "-g", "-l", "-o", "-s", "-n", "-R"] });
        Map("comm rev look tsort shuf pr fmt ul zless zmore bat batcat view shasum", read);
        Map("sort", read with { ValueOptions = ["-k", "-t", "-S", "--parallel"],
            FileOptions = [("-o", Write), ("--output", Write), ("--files0-from", Read)] });
        Map("uniq", new CommandShape(static (use, paths, list) =>
        {
            Each(list, use.Positionals.Take(1), word => paths.File(Read, word));
            Each(list, use.Positionals.Skip(1), word => paths.File(Write, word));
        })
        { ValueOptions = ["-f", "-s", "-w"] });
        Map("cut paste join", read with { ValueOptions = ["-d", "-f", "-c", "-b", "-1", "-2", "-t", "-o", "-e", "-a", "-v"] });
        Map("tr", read);
        Map("awk gawk mawk nawk", new CommandShape(static (use, paths, list) => Each(list, use.Positionals.Skip(use.HasPattern ? 0 : 1),
            word => paths.File(use.Words.Any(static other => other.Text.Contains("inplace", StringComparison.Ordinal)) ? Edit
                : Read, word)))
        {
            ValueOptions = ["-F", "-v", "-e", "--source", "--field-separator", "--assign"],
            FileOptions = [("-f", Read), ("--file", Read), ("-E", Read), ("-i", Read)],
            PatternOptions = ["-f", "--file", "-e", "--source", "-E"],
        });
        Map("sed gsed", new CommandShape(static (use, paths, list) => Each(list, use.Positionals.Skip(use.HasPattern ? 0 : 1),
            word => paths.File(use.Flags.Any(static flag =>
                flag.StartsWith("-i", StringComparison.Ordinal) || flag.StartsWith("--in-place", StringComparison.Ordinal)
                || (flag[1] is not '-' && flag.Contains('i', StringComparison.Ordinal))) ? Edit : Read, word)))
        {
            ValueOptions = ["-e", "--expression", "-l", "--line-length"],
            FileOptions = [("-f", Read), ("--file", Read)],
            PatternOptions = ["-e", "--expression", "-f", "--file"],
        });
        Map("grep egrep fgrep zgrep bzgrep", new CommandShape(static (use, paths, list) =>
        {
            var isRecursive = use.Has("rR", "--recursive", "--dereference-recursive")
                || use.Flags.Any(static flag =>
                flag.StartsWith("--rec", StringComparison.Ordinal) || flag.StartsWith("--der", StringComparison.Ordinal)
                || flag.Contains("recurse", StringComparison.Ordinal));
            Search(use, paths, list, isRecursive, needsHere: isRecursive);
        })
        {
            ValueOptions = ["-e", "--regexp", "-A", "-B", "-C", "-m", "--max-count", "--context", "-d", "-D", "--include", "--exclude",
                "--exclude-dir", "--label"],
            FileOptions = [("-f", Read), ("--file", Read), ("--exclude-from", Read)],
            PatternOptions = ["-e", "--regexp", "-f", "--file"],
        });
        Map("rg ripgrep ag ack", new CommandShape(static (use, paths, list) => Search(use, paths, list, isRecursive: true, needsHere: true))
        {
            ValueOptions = ["-e", "--regexp", "-A", "-B", "-C", "-m", "-g", "--glob", "-t", "--type", "-T", "--type-not", "--iglob", "-j",
                "-M", "--max-depth", "-d", "--sort", "-r", "--replace", "--context"],
            FileOptions = [("-f", Read), ("--file", Read), ("--ignore-file", Read)],
            PatternOptions = ["-e", "--regexp", "-f", "--file", "--files"],
        });
        Map("ls dir vdir exa eza lsd tree du", new CommandShape(static (use, paths, list) => Listing(use.Positionals, paths, list))
        {
            ValueOptions = ["-I", "--ignore", "-w", "-T", "-L", "-P", "-d", "--max-depth", "--level", "--block-size"],
            FileOptions = [("-o", Write), ("--files0-from", Read), ("-X", Read)],
        });
        Map("ls dir vdir", new CommandShape(static (use, paths, list) =>
            Listing(use.Positionals, paths, list)) { ValueOptions = ["-I", "--ignore", "-w", "-T", "--block-size"] });
        Map("find", new CommandShape(static (use, paths, list) =>
        {
            Listing([.. use.Words.SkipWhile(static word => word.Text is "-H" or "-L" or "-P")
                .TakeWhile(static word => !word.StartsWith('-') && word.Text is not ("(" or "!"))], paths, list);
            for (var i = 0; i + 1 < use.Words.Count; i++)
            {
                if (use.Words[i].Text is "-fprint" or "-fprintf" or "-fprint0" or "-fls")
                {
                    Each(list, [use.Words[i + 1]], word => paths.File(Write, word));
                }
            }

            if (use.Words.Any(static word => word.Text is "-delete"))
            {
                var starts = use.Words.TakeWhile(static word => !word.StartsWith('-')).ToArray();
                Each(list, starts, word => paths.File(Edit, word, isRecursive: true));
                if (starts.Length == 0)
                {
                    list.Add(paths.Here(Edit, isRecursive: true));
                }
            }
        }));
        Map("touch mkdir mkfifo tee", new CommandShape(static (use, paths, list) =>
            Each(list, use.Positionals, word => paths.File(Write, word)))
        {
            ValueOptions = ["-m", "--mode", "-d", "--date", "-t"],
            FileOptions = [("-r", Read), ("--reference", Read)],
        });
        Map("mkdir mkfifo tee", new CommandShape(static (use, paths, list) =>
            Each(list, use.Positionals, word => paths.File(Write, word))) { ValueOptions = ["-m", "--mode"] });
        Map("cp", Copy(Read));
        Map("mv", Copy(Edit));
        Map("install", Copy(Read) with { ValueOptions = ["-m", "-o", "-g", "-S", "--mode", "--owner", "--group", "--suffix"] });
        Map("ln", new CommandShape(static (use, paths, list) =>
        {
            Each(list, use.Positionals.Take(use.Positionals.Count - 1), word => paths.File(Read, word));
            Each(list, use.Positionals.TakeLast(1), word => paths.File(Write, word));
        })
        { ValueOptions = ["-m", "-o", "-g", "-S", "--mode", "--owner", "--group"],
            FileOptions = [("-t", Write), ("--target-directory", Write)] });
        Map("dd", new CommandShape(static (use, paths, list) =>
        {
            foreach (var word in use.Words)
            {
                Each(list, word.Text.StartsWith("if=", StringComparison.Ordinal) ? [word.Skip(3)] : [], file => paths.File(Read, file));
                Each(list, word.Text.StartsWith("of=", StringComparison.Ordinal) ? [word.Skip(3)] : [], file => paths.File(Write, file));
            }
        }));
        Map("rm rmdir unlink shred truncate", Recursive(Edit, "rR") with { ValueOptions = ["-s", "--size", "-n", "--iterations"] });
        Map("rm", Recursive(Edit, "rR"));
        Map("chmod chown chgrp", new CommandShape(static (use, paths, list) =>
            Each(list, use.Positionals.Skip(1), word =>
                paths.File(Edit, word, isRecursive: use.Has("R", "--recursive")))) { FileOptions = [("--reference", Read)] });
        Map("rename", new CommandShape(static (use, paths, list) => Each(list, use.Positionals.Skip(2), word => paths.File(Edit, word))));
        Map("curl wget fetch", new CommandShape(static (use, paths, list) => Each(list, use.Positionals, paths.Address))
        {
            ValueOptions = ["-X", "--request", "-H", "--header", "-A", "--user-agent", "-e", "-u", "--user", "-m", "--max-time", "-w",
                "--retry", "--connect-timeout", "-x", "--proxy", "-F", "--form", "-r", "-t", "-U", "-P", "--tries", "--timeout", "-Y",
                "-y", "-z", "-Q"],
            FileOptions = [("-o", Write), ("--output", Write), ("-O", Write), ("--output-document", Write), ("-T", Read),
                ("--upload-file", Read), ("-K", Read), ("--config", Read), ("-c", Write), ("--cookie-jar", Write), ("-b", Read),
                ("--cookie", Read), ("--netrc-file", Read), ("-E", Read), ("--cert", Read), ("--key", Read), ("--cacert", Read),
                ("--post-file", Read), ("-i", Read), ("--input-file", Read), ("--output-dir", Write)],
        });
        Map("wget", table["wget"] with
        {
            Apply = static (use, paths, list) =>
            {
                Each(list, use.Positionals, paths.Address);
                AddDownloads(list, use, paths);
                if (use.Flags.Any(static flag => flag is "-i" or "--config" || flag.StartsWith("--input", StringComparison.Ordinal)))
                {
                    list.Add(new ShellOperation(Fetch, []));
                }

                list.AddRange(use.Words.Zip(use.Words.Skip(1)).Where(static pair => pair.First.Text is "-e" or "--execute")
                    .SelectMany(pair => paths.Guess(pair.Second)));
            },
        });
        Map("curl", Curl(table["curl"]));
        return table;
    }

    /// <summary>Adds the files that downloads are saved to, named by the last segment of each address.</summary>
    private static void AddDownloads(List<ShellOperation> list, CommandUse use, TargetResolver paths)
    {
        foreach (var word in use.Positionals)
        {
            var name = word.Text.Split('?', '#')[0].TrimEnd('/');
            list.AddRange(paths.Guess(ShellWord.Of(name[(name.LastIndexOf('/') + 1)..]))
                .Where(static operation => operation.Tool is Write));
        }
    }

    private static CommandShape Curl(CommandShape shape) => shape with
    {
        ValueOptions = [.. shape.ValueOptions, "-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "--json"],
        FileOptions = [.. shape.FileOptions.Where(static option =>
            option.Option is not ("-O" or "-i" or "--input-file" or "--output-document" or "--post-file"))],
        Apply = static (use, paths, list) =>
        {
            Each(list, use.Positionals, paths.Address);
            for (var i = 0; i < use.Words.Count; i++)
            {
                if (use.Words[i].Text is "--url" && i + 1 < use.Words.Count)
                {
                    Each(list, [use.Words[i + 1]], paths.Address);
                }
                else if (use.Words[i].Text.StartsWith("--url=", StringComparison.Ordinal))
                {
                    Each(list, [use.Words[i].Skip("--url=".Length)], paths.Address);
                }

                // `-d @file` and `-F name=@file` upload a file.
                var at = Array.FindIndex(use.Words[i].Chars, static c => c is { Value: '@' or '<', IsDynamic: false });
                if (at >= 0 && (at == 0 || use.Words[i].Text.Contains("=@", StringComparison.Ordinal)
                    || use.Words[i].Text.Contains("=<", StringComparison.Ordinal)
                    || use.Words[i].Text.StartsWith("-d@", StringComparison.Ordinal)
                    || use.Words[i].Text.StartsWith("-H@", StringComparison.Ordinal)
                        || (i > 0 && use.Words[i - 1].Text is "--data-urlencode")))
                {
                    Each(list, [use.Words[i].Skip(at + 1)], word => paths.File(Read, word));
                }

                // A proxy is a host, and a list of options or addresses may name any host.
                if (use.Words[i].Text is "-x" or "--proxy" or "--preproxy" or "--connect-to" or "--resolve" or "--doh-url"
                    || use.Words[i].Text.StartsWith("--socks", StringComparison.Ordinal))
                {
                    list.AddRange(use.Words.Skip(i + 1).Take(1).SelectMany(word => paths.Guess(word)));
                }
                else if (use.Words[i].Text is "-K" or "--config")
                {
                    list.Add(new ShellOperation(Fetch, []));
                }
                else if (use.Words[i].Text.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
                    && Uri.TryCreate(use.Words[i].Text, UriKind.Absolute, out var file))
                {
                    Each(list, [ShellWord.Of(file.LocalPath)], word =>
                        paths.File(Read, word) is { } read ? read with { MayBeElsewhere = use.Words[i].IsDynamic } : null);
                }
                else if (use.Words[i].Text is "-O" or "--remote-name" or "--remote-name-all" or "-J"
                    || use.Words[i].Text is ['-', not '-', ..] && use.Words[i].Text.Contains('O', StringComparison.Ordinal))
                {
                    AddDownloads(list, use, paths);
                }
            }
        },
    };

    private static CommandShape Recursive(string tool, string letters) =>
        new((use, paths, list) =>
            Each(list, use.Positionals, word => paths.File(tool, word, isRecursive: use.Has(letters, "--recursive"))));

    private static CommandShape Copy(string sourceTool) => new((use, paths, list) =>
    {
        var named = TargetOption(use.Words);
        var hasTarget = named is not null;
        var isRecursive = sourceTool is Edit || use.Has("rRa", "--recursive", "--archive");
        var sources = hasTarget || use.Positionals.Count < 2 ? use.Positionals.Count : use.Positionals.Count - 1;
        Each(list, use.Positionals.Take(sources), word => paths.File(sourceTool, word, isRecursive));
        if (sourceTool is not Read)
        {
            // It could be read under its new name.
            Each(list, use.Positionals.Take(sources), word => paths.File(Read, word, isRecursive));
        }

        Each(list, use.Positionals.Skip(sources), word => paths.File(Write, word));

        // A source copied into a directory keeps its name.
        if ((named ?? (use.Positionals.Count >= 2 ? use.Positionals[^1] : null)) is { IsDynamic: false, HasGlob: false } target)
        {
            Each(list, use.Positionals.Take(sources), word => word.Literal is { } name && !word.HasGlob
                ? paths.File(Write, ShellWordJoin(target, name[(name.TrimEnd('/').LastIndexOf('/') + 1)..])) : null);
        }
    })
    {
        ValueOptions = ["-S", "--suffix"],
        FileOptions = [("-t", Write), ("--target-directory", Write)],
    };

    private static ShellWord? TargetOption(IReadOnlyList<ShellWord> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var text = words[i].Text;
            if (text is "-t" || (text.StartsWith("--t", StringComparison.Ordinal) && !text.Contains('=', StringComparison.Ordinal))
                || (text is ['-', not '-', ..] && text.EndsWith('t')))
            {
                return words.ElementAtOrDefault(i + 1) ?? words[i];
            }

            if (text.StartsWith("-t", StringComparison.Ordinal))
            {
                return words[i].Skip(2);
            }

            if (text.StartsWith("--t", StringComparison.Ordinal))
            {
                return words[i].Skip(text.IndexOf('=', StringComparison.Ordinal) + 1);
            }
        }

        return null;
    }

    private static ShellWord ShellWordJoin(ShellWord directory, string name) => new(
        [.. directory.Chars, new WordChar('/', WordCharKind.Quoted), .. name.Select(static c => new WordChar(c, WordCharKind.Quoted))],
        [], [], directory.IsQuoted, false);

    private static void Search(CommandUse use, TargetResolver paths, List<ShellOperation> list, bool isRecursive, bool needsHere)
    {
        var files = use.Positionals.Skip(use.HasPattern ? 0 : 1).ToArray();
        Each(list, files, word => paths.File(isRecursive ? List : Read, word, isRecursive));
        if (isRecursive)
        {
            // If a file itself is named, it is read.
            Each(list, files, word => paths.File(Read, word, isRecursive));
        }

        if (needsHere && files.Length == 0)
        {
            list.Add(paths.Here(List));
            list.Add(paths.Here(Read, isRecursive: true));
        }
    }

    private static void Listing(IReadOnlyList<ShellWord> positionals, TargetResolver paths, List<ShellOperation> list)
    {
        Each(list, positionals, word => paths.File(List, word));
        if (positionals.Count == 0)
        {
            list.Add(paths.Here(List));
        }
    }

    private static void Each(List<ShellOperation> list, IEnumerable<ShellWord> words, Func<ShellWord, ShellOperation?> operation)
    {
        foreach (var word in words)
        {
            if (operation(word) is { } made)
            {
                list.Add(made);
            }
        }
    }
}
