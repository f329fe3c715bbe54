using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Sessions;
using QwenCode.Storage.Tasks;
using QwenCode.Workspaces;

namespace QwenCode.Cli.Commands;

/// <summary>What <c>qwen tasks audit</c> prints: the way of each task's end from the registry to a model.</summary>
/// <param name="Sessions">The sessions with their tasks.</param>
internal sealed record AuditReport(IReadOnlyList<(SessionId Session, IReadOnlyList<TaskDelivery> Tasks)> Sessions)
{
    /// <summary>Audits sessions and prints what was found.</summary>
    /// <returns>The exit code: a failure if anything was lost or doubled.</returns>
    public static int Print(Workspace workspace, List<SessionTaskView> sessions, bool asJson)
    {
        var report = new AuditReport([.. sessions.Select(session => (session.Id, TaskAudit.Read(workspace, session.Id)))
            .Where(session => session.Item2.Count > 0 || sessions.Count == 1)]);
        StandardStreams.Out(asJson ? report.ToJson() : report.ToText());
        return report.Lost + report.Doubled == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>Gets how many ends were lost.</summary>
    public int Lost => Sessions.Sum(static session => session.Tasks.Count(static task => task.Losses.Count > 0));

    /// <summary>Gets how many ends arrived more than once.</summary>
    public int Doubled => Sessions.Sum(static session => session.Tasks.Count(static task => task.Doubles.Count > 0));

    /// <summary>Renders the report for the user.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var (session, tasks) in Sessions)
        {
            text.Append(CultureInfo.InvariantCulture, $"Session {session}\n  {"task",-40} {"state",-10} {"queued",-19} {"journaled",-19} "
                + $"{"delivered",-19} {"answered",-19} to\n");
            foreach (var task in tasks)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {PlainText.Line(task.Id, 40),-40} {Word(task.State),-10} "
                    + $"{Time(task.QueuedAt),-19} {Time(task.JournaledAt),-19} {Time(task.DeliveredAt),-19} {Time(task.AnsweredAt),-19} "
                    + $"{PlainText.Line(task.Consumer ?? "-", 60)}\n");
                foreach (var loss in task.Losses)
                {
                    text.Append(CultureInfo.InvariantCulture, $"    LOST: {PlainText.Of(loss)}\n");
                }

                foreach (var doubled in task.Doubles)
                {
                    text.Append(CultureInfo.InvariantCulture, $"    DOUBLED: {PlainText.Of(doubled)}\n");
                }
            }
        }

        return text.Append(CultureInfo.InvariantCulture,
            $"{Sessions.Sum(static session => session.Tasks.Count)} tasks, {Lost} lost, {Doubled} doubled.\n").ToString();
    }

    /// <summary>Renders the report for programs.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("lost"u8, Lost);
            json.WriteNumber("doubled"u8, Doubled);
            json.WriteStartArray("sessions"u8);
            foreach (var (session, tasks) in Sessions)
            {
                json.WriteStartObject();
                json.WriteString("session"u8, session.Value);
                json.WriteStartArray("tasks"u8);
                foreach (var task in tasks)
                {
                    Write(json, task);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private static void Write(Utf8JsonWriter json, TaskDelivery task)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, task.Id);
        json.WriteString("type"u8, task.Type);
        json.WriteString("state"u8, Word(task.State));
        foreach (var (name, at) in ((string, DateTimeOffset?)[])[("startedAt", task.StartedAt), ("queuedAt", task.QueuedAt),
            ("journaledAt", task.JournaledAt), ("deliveredAt", task.DeliveredAt), ("answeredAt", task.AnsweredAt)])
        {
            if (at is { } time)
            {
                json.WriteString(name, time);
            }
            else
            {
                json.WriteNull(name);
            }
        }

        json.WriteString("consumer"u8, task.Consumer);
        WriteAll(json, "lost", task.Losses);
        WriteAll(json, "doubled", task.Doubles);
        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<string> sentences)
    {
        json.WriteStartArray(name);
        foreach (var sentence in sentences)
        {
            json.WriteStringValue(sentence);
        }

        json.WriteEndArray();
    }

    private static string Word(DeliveryState state) => state.ToString().ToLowerInvariant();

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) ?? "-";
}
