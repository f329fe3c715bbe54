using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fixtures.LanguageServer;

// Fixtures.LanguageServer SCRIPT: serves as the script says. See the tests for its keys.
var script = JsonElement.Parse(File.ReadAllBytes(args[0]));
if (Text("log") is { } log)
{
    File.AppendAllText(log, $"started {Environment.ProcessId}\n");
}

if (Text("complaint") is { } complaint)
{
    Console.Error.WriteLine(complaint);
}

if (script.TryGetProperty("exit", out var code))
{
    return code.GetInt32();
}

if (Text("child") is { } child)
{
    using var started = Process.Start(new ProcessStartInfo("sleep", "600") { UseShellExecute = false })!;
    File.WriteAllText(child, started.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

// Neither the end of its input nor a polite word ends it.
var isDeaf = script.TryGetProperty("deaf", out _);
using var deaf = isDeaf ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true) : null;
var (input, output) = Open();
var server = new FakeServer(input, output);
server.Heard = (method, parameters) =>
{
    Note(method);
    if (method == "textDocument/didOpen" && script.TryGetProperty("diagnostics", out var diagnostics))
    {
        var uri = parameters.GetProperty("textDocument").GetProperty("uri").GetRawText();
        server.Notify("textDocument/publishDiagnostics", $$"""{"uri":{{uri}},"diagnostics":{{diagnostics.GetRawText()}} }""");
    }
};
server.Answers["initialize"] = _ => $$"""{"capabilities":{{(script.TryGetProperty("capabilities", out var capabilities) ? capabilities.GetRawText() : "{}")}} }""";
server.Answers["shutdown"] = _ =>
{
    Note("shutdown");
    return isDeaf ? null : "null";
};
if (script.TryGetProperty("answers", out var answers))
{
    foreach (var answer in answers.EnumerateObject())
    {
        var (method, result) = (answer.Name, answer.Value.GetRawText());
        server.Answers[method] = _ =>
        {
            Note(method);

            // Dies once only where it leaves a mark of its death.
            if (Text("crashOn") == method && !(Text("crashMark") is { } mark && File.Exists(mark)))
            {
                File.WriteAllText(Text("crashMark") ?? Path.GetTempFileName(), string.Empty);
                Console.Error.WriteLine("the fixture dies now");
                Environment.Exit(9);
            }

            return result == "null" && isDeaf ? null : result;
        };
    }
}

server.Run();
if (isDeaf)
{
    Thread.Sleep(Timeout.Infinite);
}

return 0;

string? Text(string key) => script.TryGetProperty(key, out var value) ? value.GetString() : null;

void Note(string text)
{
    if (Text("log") is { } file)
    {
        File.AppendAllText(file, text + "\n");
    }
}

(Stream Input, Stream Output) Open()
{
    if (Text("path") is { } path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        return Accept(listener);
    }

    if (script.TryGetProperty("port", out var port))
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port.GetInt32()));
        return Accept(listener);
    }

    return (Console.OpenStandardInput(), Console.OpenStandardOutput());
}

static (Stream Input, Stream Output) Accept(Socket listener)
{
    listener.Listen();
    var stream = new NetworkStream(listener.Accept(), ownsSocket: true);
    return (stream, stream);
}
