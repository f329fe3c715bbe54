using System.Buffers;
using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Storage.Json;

namespace QwenCode.Storage.Tasks;

/// <summary>What another process asks of the one that keeps a session's tasks.</summary>
/// <param name="Operation">What to do, such as <see cref="Stop"/>.</param>
/// <param name="TaskId">With which task.</param>
public sealed record TaskRequest(string Operation, string TaskId)
{
    /// <summary>Stop the task.</summary>
    public const string Stop = "stop";

    /// <summary>Say which tasks wait for a slot: the reply is their ids, one a line. It is about no task in particular.</summary>
    public const string Queued = "queued";
}

/// <summary>What came of a request.</summary>
/// <param name="IsDone">Whether it was done.</param>
/// <param name="Message">What happened, for the user.</param>
public sealed record TaskReply(bool IsDone, string Message);

/// <summary>
/// Asks the process that keeps a session's tasks for something. It goes over a pipe that only the same user can open: unlike a
/// request left in a file it is answered, so that "stopped" is said only of what was stopped, and none is left over for a later process.
/// </summary>
public static class TaskRequests
{
    /// <summary>A request or a reply is not longer.</summary>
    public const int LongestLine = 64 * 1024;

    /// <summary>Sends a request and waits for the reply.</summary>
    /// <param name="journalPath">The session's journal of tasks.</param>
    /// <param name="request">The request.</param>
    /// <param name="connectTimeout">How long to look for the process.</param>
    /// <param name="cancellationToken">Stops waiting; what was asked may be done all the same.</param>
    /// <returns>
    /// The reply, or <c>null</c> if no process keeps the session's tasks (or uses another directory for temporary files).
    /// </returns>
    /// <exception cref="IOException">The process went away before it replied.</exception>
    public static async Task<TaskReply?> SendAsync(
        string journalPath, TaskRequest request, TimeSpan connectTimeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var pipe = new NamedPipeClientStream(
            ".", PipeName(journalPath), PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        await using (pipe.ConfigureAwait(false))
        {
            try
            {
                await pipe.ConnectAsync(connectTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return null;
            }

            await WriteLineAsync(pipe, request, static (writer, request) =>
            {
                writer.WriteText("op"u8, request.Operation);
                writer.WriteText("id"u8, request.TaskId);
            }, cancellationToken).ConfigureAwait(false);
            return await ReadLineAsync(pipe, static json => json.Text("message"u8) is { } message
                ? new TaskReply(json.IsTrue("done"u8), message) : null, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException("The process that keeps the tasks went away before it replied.");
        }
    }

    /// <summary>Returns the pipe's name: short, because on Unix its whole path may have no more than 104 bytes.</summary>
    internal static string PipeName(string journalPath) =>
        "qwen-tasks-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(journalPath))).AsSpan(0, 8));

    internal static async ValueTask WriteLineAsync<T>(
        Stream stream, T value, Action<Utf8JsonWriter, T> write, CancellationToken cancellationToken)
    {
        byte[] bytes = [];
        LineWriter.Write(
            value,
            (writer, value) =>
            {
                writer.WriteStartObject();
                write(writer, value);
                writer.WriteEndObject();
            },
            (line, _) => bytes = line.ToArray());
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    internal static async ValueTask<T?> ReadLineAsync<T>(Stream stream, Func<JsonElement, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LongestLine);
        try
        {
            for (var filled = 0; filled < LongestLine;)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(filled, LongestLine - filled), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return null;
                }

                filled += count;
                if (buffer[filled - 1] == (byte)'\n')
                {
                    using var json = JsonDocument.Parse(buffer.AsMemory(0, filled));
                    return read(json.RootElement);
                }
            }

            return null;
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
