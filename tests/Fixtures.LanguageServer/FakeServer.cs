using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fixtures.LanguageServer;

/// <summary>A language server that says what it is told to say. It knows the framing and nothing else.</summary>
public sealed class FakeServer(Stream input, Stream output)
{
    private readonly Lock _writing = new();
    private readonly Lock _gate = new();
    private readonly List<(string Method, JsonElement Parameters)> _received = [];
    private readonly Dictionary<string, TaskCompletionSource<JsonElement>> _asked = [];
    private readonly List<(Func<string, JsonElement, bool> Fits, TaskCompletionSource<JsonElement> Waiting)> _waiting = [];
    private int _latest;

    /// <summary>Gives the result of a request as JSON; <c>null</c> keeps silent. What begins with <c>!</c> is an error.</summary>
    public Dictionary<string, Func<JsonElement, string?>> Answers { get; } = new() { ["shutdown"] = static _ => "null" };

    /// <summary>Gets what is done when a notification comes.</summary>
    public Action<string, JsonElement> Heard { get; set; } = static (_, _) => { };

    public IReadOnlyList<(string Method, JsonElement Parameters)> Received
    {
        get
        {
            lock (_gate)
            {
                return [.. _received];
            }
        }
    }

    /// <summary>Gives what came under a method.</summary>
    public IReadOnlyList<JsonElement> Of(string method) => [.. Received.Where(message => message.Method == method).Select(static message => message.Parameters)];

    /// <summary>Waits for a message.</summary>
    public Task<JsonElement> WaitForAsync(string method)
    {
        lock (_gate)
        {
            foreach (var (known, parameters) in _received)
            {
                if (known == method)
                {
                    return Task.FromResult(parameters);
                }
            }

            var waiting = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(((name, _) => name == method, waiting));
            return waiting.Task;
        }
    }

    /// <summary>Serves until the other side ends or says exit.</summary>
    public void Run()
    {
        while (Read() is { } message)
        {
            if (!message.TryGetProperty("method", out var name))
            {
                lock (_gate)
                {
                    if (_asked.Remove(message.GetProperty("id").ToString(), out var asked))
                    {
                        asked.SetResult(message);
                    }
                }

                continue;
            }

            var method = name.GetString()!;
            message.TryGetProperty("params", out var parameters);
            lock (_gate)
            {
                _received.Add((method, parameters));
                foreach (var entry in _waiting.Where(entry => entry.Fits(method, parameters)).ToArray())
                {
                    _waiting.Remove(entry);
                    entry.Waiting.SetResult(parameters);
                }
            }

            if (!message.TryGetProperty("id", out var id))
            {
                Heard(method, parameters);
                if (method == "exit")
                {
                    return;
                }

                continue;
            }

            var result = Answers.TryGetValue(method, out var answer) ? answer(parameters) : "!no such method";
            if (result is not null)
            {
                Send(result[0] == '!' ? Error(id, result[1..]) : $$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},"result":{{result}} }""");
            }
        }
    }

    public void Notify(string method, string parameters) => Send($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}} }""");

    /// <summary>Asks the client.</summary>
    /// <returns>Its whole message.</returns>
    public Task<JsonElement> AskAsync(string method, string parameters)
    {
        var asked = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = $"server-{Interlocked.Increment(ref _latest)}";
        lock (_gate)
        {
            _asked[id] = asked;
        }

        Send($$"""{"jsonrpc":"2.0","id":"{{id}}","method":"{{method}}","params":{{parameters}} }""");
        return asked.Task;
    }

    public void Send(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        SendRaw([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n")), .. body]);
    }

    private static string Error(JsonElement id, string text)
    {
        var code = text[0] == '-' ? text[..text.IndexOf(' ', StringComparison.Ordinal)] : "-32603";
        return $$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},"error":{"code":{{code}},"message":{{JsonSerializer.Serialize(text)}} } }""";
    }

    public void SendRaw(byte[] bytes)
    {
        lock (_writing)
        {
            output.Write(bytes);
            output.Flush();
        }
    }

    private JsonElement? Read()
    {
        var length = -1;
        while (true)
        {
            var line = new StringBuilder();
            int value;
            while ((value = input.ReadByte()) is not ('\n' or -1))
            {
                line.Append((char)value);
            }

            if (value < 0)
            {
                return null;
            }

            var text = line.ToString().Trim();
            if (text.Length == 0)
            {
                break;
            }

            if (text.StartsWith("Content-Length:", StringComparison.Ordinal))
            {
                length = int.Parse(text["Content-Length:".Length..], CultureInfo.InvariantCulture);
            }
        }

        var body = new byte[length];
        input.ReadExactly(body);
        return JsonElement.Parse(body);
    }
}
