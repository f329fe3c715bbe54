using System.Globalization;
using System.Text;
using QwenCode.Platform.Processes.Custody;
using QwenCode.Sessions;
using QwenCode.Workspaces;

namespace QwenCode.Hosting;

/// <summary>Takes care of what killed runs left behind in a project, and says so.</summary>
internal static class Custody
{
    /// <summary>Ends what killed runs left behind; what is started from now on is noted for the run after this one.</summary>
    /// <param name="workspace">The project.</param>
    /// <returns>What was ended.</returns>
    public static IReadOnlyList<ProcessRecord> Take(Workspace workspace)
    {
        ProcessOwner.Default = new ProcessOwner(workspace.ProjectDirectory, "plugin");
        return ProcessCustody.EndLeftovers(workspace.ProjectDirectory);
    }

    /// <summary>Says in one line what was ended, for the user.</summary>
    public static string Describe(IReadOnlyList<ProcessRecord> ended)
    {
        var (gone, left) = (ended.Where(static record => !record.IsLeft).ToArray(), ended.Where(static record => record.IsLeft).ToArray());
        var text = $"A run of this project that was killed left {Count(ended)} behind"
            + (gone.Length == 0 ? "."
                : $", which {(gone.Length == 1 ? "was" : "were")} ended now: {string.Join(", ", gone.AsEnumerable())}.");
        var numbered = string.Join(", ", left.Select(static record => $"{record}, process {record.Id}"));
        return left.Length == 0 ? text : $"{text} What could not be ended: {numbered}; end it by hand.";
    }

    /// <summary>Says what was ended of a session that goes on, for its model.</summary>
    /// <returns>The sentence; <c>null</c> if there is nothing to say.</returns>
    public static string? Remind(IReadOnlyList<ProcessRecord> ended, SessionId session)
    {
        var names = new StringBuilder();
        foreach (var record in ended)
        {
            if (record.Session == session.Value)
            {
                names.Append(names.Length == 0 ? string.Empty : ", ").Append(record);
            }
        }

        return names.Length == 0 ? null
            : $"The program was killed while this session ran, and these processes of the session were ended when it started again: "
                + $"{names}. What they had to do may be half done.";
    }

    private static string Count(IReadOnlyList<ProcessRecord> ended) =>
        ended.Count == 1 ? "a process" : string.Create(CultureInfo.InvariantCulture, $"{ended.Count} processes");
}
