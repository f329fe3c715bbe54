using System.Globalization;
using QwenCode.Platform.Text;
using QwenCode.Plugin.Lsp.Wire;
using QwenCode.Tools;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>The text of a file, and the state of the file it was read from; none if an editor holds the text.</summary>
internal sealed record SourceText(string Text, FileState? State)
{
    private const long Largest = 10 * 1024 * 1024;

    /// <summary>Reads a file as the session sees it: what the editor holds, else what is on disk.</summary>
    /// <exception cref="LspException">It cannot be read.</exception>
    public static async Task<SourceText> ReadAsync(string path, IClientFiles? client, CancellationToken cancellationToken)
    {
        var state = FileState.Of(path);
        if (state is null)
        {
            throw new LspException(
                Directory.Exists(path) ? $"{path} is a directory. Name a file." : $"there is no file {path}. Check the path with glob.");
        }

        if (state.Length > Largest)
        {
            throw new LspException(string.Create(CultureInfo.InvariantCulture, $"{path} has {state.Length / (1024.0 * 1024.0):F1} MB, "
                + $"and files over 10 MB are not given to language servers. Use grep_search."));
        }

        try
        {
            return client is { CanRead: true }
                ? new SourceText(await client.ReadTextAsync(path, null, null, cancellationToken).ConfigureAwait(false), null)
                : new SourceText(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), state);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LspException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Returns where a word stands from a position on, in the same line; the position itself if it is not there.</summary>
    public TextPosition FindWord(TextPosition position, string word)
    {
        if (LineStart(position.Line) is not { } start || start + (long)position.Character >= Text.Length)
        {
            return position;
        }

        var from = start + position.Character;
        var end = Text.IndexOf('\n', from) is var next and >= 0 ? next : Text.Length;
        var at = Text.IndexOf(word, from, end - from, StringComparison.Ordinal);
        return at < 0 ? position : position with { Character = at - start };
    }

    /// <summary>Returns a column that does not cut a character in two: counted in UTF-16, some take two units.</summary>
    public int Whole(int line, int character)
    {
        if (LineStart(line) is not { } start)
        {
            return character;
        }

        var at = (long)start + character;
        return character > 0 && at < Text.Length ? TextCut.Before(Text, (int)at) - start : character;
    }

    private int? LineStart(int line)
    {
        var start = 0;
        for (var i = 0; i < line; i++)
        {
            var end = Text.IndexOf('\n', start);
            if (end < 0)
            {
                return null;
            }

            start = end + 1;
        }

        return start;
    }
}
