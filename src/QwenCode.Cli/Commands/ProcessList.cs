using System.Globalization;
using System.Text;
using QwenCode.Cli.IO;
using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Cli.Commands;

/// <summary>What <c>qwen tasks processes</c> prints.</summary>
internal static class ProcessList
{
    /// <summary>Makes a line of each process: number, kind, name, age, and whose it is.</summary>
    /// <param name="processes">The living processes of the project.</param>
    /// <param name="now">The time.</param>
    public static string Render(IReadOnlyList<ProcessRecord> processes, DateTimeOffset now)
    {
        if (processes.Count == 0)
        {
            return "No process that qwen has started runs in this project.\n";
        }

        var text = new StringBuilder();
        foreach (var process in processes)
        {
            var id = process.Id is { } number ? number.ToString(CultureInfo.InvariantCulture) : "?";
            var whose = process.Session.Length == 0 ? "all sessions" : $"session {process.Session}";
            var task = process.Task.Length == 0 ? string.Empty : $", task {process.Task}";
            var owner = process.IsOwnerAlive
                ? string.Create(CultureInfo.InvariantCulture, $"of process {process.OwnerId}")
                : "left behind by a run that was killed; the next run ends it";
            text.Append(CultureInfo.InvariantCulture, $"{id,8}  {process.Kind,-7} {PlainText.Line(process.Name, 32),-20} "
                + $"{Math.Max(0, (now - process.StartedAt).TotalSeconds),7:0} s  {PlainText.Line(whose + task, 120)}  ({owner})\n");
        }

        return text.ToString();
    }
}
