using System.Globalization;
using System.Text;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen sessions list|show|search|export|delete</c>: the recorded sessions of this directory. No model is needed.</summary>
internal static class SessionsCommand
{
    private const int Listed = 20;
    private const int Matches = 50;
    private const int TitleWidth = 70;

    public static int Run(CliOptions options, CancellationToken cancellationToken)
    {
        var project = new WorkspaceServices(
            new QwenCodeOptions { IncludeDirectories = options.IncludeDirectories, Version = ProgramVersion.Text }, TimeProvider.System);
        var store = new TranscriptStore(project.Workspace, ProgramVersion.Text, TimeProvider.System, new TranscriptOptions
        {
            Report = static text => StandardStreams.ErrorLine($"Warning: {PlainText.Of(text)}"),
        });
        var words = options.CommandWords;
        return options.Verb switch
        {
            "list" => List(store, words, options.PrintJson),
            "show" when words.Count == 1 => Show(store, words[0], options.PrintJson),
            "search" when words.Count > 0 => Search(store, string.Join(' ', words), options.PrintJson, cancellationToken),
            "export" when words.Count is 1 or 2 => Export(store, words[0], words.Count == 2 ? words[1] : null),
            "delete" when words.Count > 0 => Delete(store, words),
            "search" => throw new RefusedException("Name what to look for: qwen sessions search WORDS."),
            "export" => throw new RefusedException(
                "Name a session and the file it goes to: qwen sessions export ID FILE.md, .json or .jsonl; without a file it is printed."),
            var verb => throw new RefusedException($"Name {(verb is "delete" ? "the" : "one")} session: qwen sessions {verb} ID (see qwen "
                + "sessions list; the first characters of the id do)."),
        };
    }

    private static int List(TranscriptStore store, IReadOnlyList<string> words, bool isJson)
    {
        var count = Listed;
        if (words.Count > 1 || (words.Count == 1
            && (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out count) || count == 0)))
        {
            throw new RefusedException("qwen sessions list takes how many to list, 1 or more; the default is 20.");
        }

        var page = store.List(size: count);
        if (isJson)
        {
            StandardStreams.Out(SessionExport.ListAsJson(page.Sessions, store));
            return ExitCodes.Success;
        }

        var text = new StringBuilder(page.Sessions.Count == 0
            ? "This directory has no session yet. Sessions belong to the directory that qwen was started in.\n" : string.Empty);
        foreach (var session in page.Sessions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Describe(session)}\n");
        }

        if (page.NextCursor is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"There are older ones: qwen sessions list {count * 5}\n");
        }

        StandardStreams.Out(text.ToString());
        return ExitCodes.Success;
    }

    private static int Show(TranscriptStore store, string name, bool isJson)
    {
        var session = NamedSession.Find(store, name);
        if (store.Load(session.Id) is not { } conversation)
        {
            return ExitCodes.Failure; // The reason has been reported.
        }

        StandardStreams.Out(isJson ? SessionExport.Json(session, store.PathOf(session.Id), conversation)
            : PlainText.Of(SessionExport.Markdown(session, conversation)));
        return ExitCodes.Success;
    }

    private static int Search(TranscriptStore store, string text, bool isJson, CancellationToken cancellationToken)
    {
        // One more than is shown, to know whether there are more.
        var found = store.Search(text, cancellationToken).Take(Matches + 1).ToArray();
        if (isJson)
        {
            StandardStreams.Out(SessionExport.MatchesAsJson(found.AsSpan(0, Math.Min(found.Length, Matches)), found.Length > Matches));
            return found.Length > 0 ? ExitCodes.Success : ExitCodes.Failure;
        }

        if (found.Length == 0)
        {
            StandardStreams.ErrorLine($"No session of this directory says '{PlainText.Line(text, TitleWidth)}'.");
            return ExitCodes.Failure;
        }

        SessionId? last = null;
        var lines = new StringBuilder();
        foreach (var match in found.Take(Matches))
        {
            if (last != match.Session.Id)
            {
                lines.Append(CultureInfo.InvariantCulture, $"{Describe(match.Session)}\n");
                last = match.Session.Id;
            }

            lines.Append(CultureInfo.InvariantCulture, $"  {match.Line,5} {match.Speaker,-9} {PlainText.Line(match.Excerpt, 130)}\n");
        }

        lines.Append(found.Length > Matches ? $"There are more than {Matches}; say more words of it.\n" : string.Empty);
        StandardStreams.Out(lines.ToString());
        return ExitCodes.Success;
    }

    private static int Export(TranscriptStore store, string name, string? file)
    {
        var session = NamedSession.Find(store, name);
        var (path, format) = (store.PathOf(session.Id), file is null ? ".md" : Path.GetExtension(file).ToLowerInvariant());
        if (format is ".jsonl")
        {
            File.Copy(path, file!); // Byte by byte: another program of this format goes on with it. Throws if the file exists.
        }
        else if (format is not (".md" or ".json"))
        {
            throw new RefusedException($"'{file}': a session is exported to a file that ends in .md, .json or .jsonl.");
        }
        else if (store.Load(session.Id) is not { } conversation)
        {
            return ExitCodes.Failure;
        }
        else
        {
            var text = format is ".md" ? SessionExport.Markdown(session, conversation) : SessionExport.Json(session, path, conversation);
            if (file is null)
            {
                StandardStreams.Out(PlainText.Of(text));
                return ExitCodes.Success;
            }

            using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        StandardStreams.Out($"{PlainText.Of(Path.GetFullPath(file!))}\n");
        return ExitCodes.Success;
    }

    private static int Delete(TranscriptStore store, IReadOnlyList<string> names)
    {
        // All are found before one is deleted: a mistake in the last name leaves everything as it was.
        foreach (var session in names.Select(name => NamedSession.Find(store, name)).DistinctBy(static session => session.Id).ToArray())
        {
            store.Delete(session.Id);
            StandardStreams.Out($"Deleted {session.Id}  {PlainText.Line(session.Title, TitleWidth)}\n");
        }

        return ExitCodes.Success;
    }

    private static string Describe(SessionSummary session) => string.Create(CultureInfo.InvariantCulture,
        $"{session.Id.Value[..8]}  {session.UpdatedAt.ToLocalTime():yyyy-MM-dd HH:mm}  "
        + $"{(session.Title.Length == 0 ? "(no prompt)" : PlainText.Line(session.Title, TitleWidth))}"
        + $"{(session.GitBranch is { } branch ? $"  [{PlainText.Line(branch, 30)}]" : string.Empty)}");
}
