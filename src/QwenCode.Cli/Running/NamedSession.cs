using System.Globalization;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;

namespace QwenCode.Cli.Running;

/// <summary>The session that a user names by its id or by the beginning of it.</summary>
internal static class NamedSession
{
    private const int Shown = 10;

    /// <summary>Finds the session.</summary>
    /// <param name="store">The project's sessions.</param>
    /// <param name="name">The id, whole or its first characters.</param>
    /// <returns>The session; a whole id is taken as it is, whether its session exists or not.</returns>
    /// <exception cref="RefusedException">No session, or more than one, is meant.</exception>
    public static SessionId Of(TranscriptStore store, string name) =>
        CliOptions.IsSessionId(name) ? new SessionId(name) : Find(store, name).Id;

    /// <summary>Finds the session with what a list says of it.</summary>
    /// <exception cref="RefusedException">No session, or more than one, is meant.</exception>
    public static SessionSummary Find(TranscriptStore store, string name)
    {
        // A name that is too short to be meant as an id finds nothing: the command may be one that deletes.
        var found = CliOptions.IsSessionPrefix(name) ? store.Find(name) : [];
        return found.Count switch
        {
            1 => found[0],
            0 => throw new RefusedException(
                $"This project has no session whose id begins with '{PlainText.Line(name, 40)}' (4 characters or more). "
                + "'qwen sessions list' shows them; sessions belong to the directory that qwen was started in."),
            _ => found.FirstOrDefault(session => string.Equals(session.Id.Value, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new RefusedException(
                $"The ids of {found.Count} sessions begin with '{PlainText.Line(name, 40)}'; write more of the one that is meant:\n"
                + string.Join('\n', found.Take(Shown).Select(static session => string.Create(CultureInfo.InvariantCulture,
                    $"  {session.Id}  {session.UpdatedAt.ToLocalTime():yyyy-MM-dd HH:mm}  {PlainText.Line(session.Title, 60)}")))
                + (found.Count > Shown ? "\n  …" : string.Empty)),
        };
    }
}
