using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Cli.Running;

namespace QwenCode.Cli.Headless;

/// <summary>Renders a fatal error as the json format prints it on standard error.</summary>
internal static class FatalError
{
    public static string Json(int code, string message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("type"u8, code switch { ExitCodes.TurnLimit => "FatalTurnLimitedError",
                ExitCodes.Cancelled => "FatalCancellationError", _ => "FatalError" });
            json.WriteString("message"u8, message);
            json.WriteNumber("code"u8, code);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
