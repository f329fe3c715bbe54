using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Transport;

/// <summary>The file of one request and its answer. Keys are replaced, wherever they appear.</summary>
/// <param name="options">The client's options: the directory, and the secrets to replace.</param>
/// <param name="request">The request.</param>
internal sealed class RequestLog(ChatClientOptions options, TransportRequest request)
{
    private readonly DateTimeOffset _startedAt = options.TimeProvider.GetUtcNow();

    /// <summary>Creates the directory of the log, readable by the user alone.</summary>
    /// <exception cref="ModelException">It cannot be created; <see cref="ModelFault.NotConfigured"/>.</exception>
    public static void Prepare(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(
                ModelFault.NotConfigured, $"Requests to the model cannot be logged: {exception.Message}",
                advice: "Set another directory with --openai-logging-dir.", innerException: exception);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="status">The HTTP status; <c>null</c> if there was no answer.</param>
    /// <param name="answer">The body of the answer as far as it was read.</param>
    /// <param name="error">Why there was no answer.</param>
    public void Write(int? status, ReadOnlySpan<byte> answer, string? error)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"openai-{_startedAt:yyyy-MM-ddTHH-mm-ss.fffZ}-{Guid.NewGuid().ToString("N")[..8]}.json");
        try
        {
            var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var stream = new FileStream(Path.Combine(options.LogDirectory!, name), file);
            stream.Write(Encoding.UTF8.GetBytes(Secrets.Remove(Render(status, answer, error), options)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk loses the log, not the run.
        }
    }

    private string Render(int? status, ReadOnlySpan<byte> answer, string? error)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("timestamp"u8, _startedAt);
            json.WriteStartObject("request"u8);
            json.WriteString("url"u8, request.Url.AbsoluteUri);
            json.WritePropertyName("body"u8);
            WriteBody(json, Join(request.Body));
            json.WriteEndObject();
            json.WriteStartObject("response"u8);
            if (status is { } code)
            {
                json.WriteNumber("status"u8, code);
                json.WritePropertyName("body"u8);
                WriteBody(json, answer);
            }

            json.WriteEndObject();
            json.WriteString("error"u8, error);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes a body as JSON if it is JSON, else, as a stream of events is, as text.</summary>
    private static void WriteBody(Utf8JsonWriter json, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            if (JsonDocument.TryParseValue(ref reader, out var document))
            {
                using (document)
                {
                    document.RootElement.WriteTo(json);
                }

                return;
            }
        }
        catch (JsonException)
        {
            // Text, then.
        }

        json.WriteStringValue(Encoding.UTF8.GetString(body));
    }

    private static byte[] Join(List<byte[]> segments)
    {
        using var joined = new MemoryStream();
        foreach (var segment in segments)
        {
            joined.Write(segment);
        }

        return joined.ToArray();
    }
}
