using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace QwenCode.Cli.Tests.Support;

/// <summary>The terminals of an editor: they run what they are asked to run, in the editor's environment.</summary>
internal sealed class EditorTerminals(Action<string> send) : IDisposable
{
    private readonly ConcurrentDictionary<string, Terminal> _open = new();
    private int _last;

    /// <summary>Gets the variables that the editor has beside those of the test.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Gets or sets what holds back the news of an end.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Gets whether all terminals were given back.</summary>
    public bool IsEmpty => _open.IsEmpty;

    /// <summary>Answers a request.</summary>
    public void Take(JsonElement request)
    {
        var id = request.GetProperty("id").GetRawText();
        var parameters = request.GetProperty("params");
        if (AcpEditor.Method(request) == "terminal/create")
        {
            var name = $"term_{Interlocked.Increment(ref _last)}";
            _open[name] = new Terminal(parameters, Environment);
            Answer(id, $$"""{"terminalId":"{{name}}"}""");
            return;
        }

        var terminalId = parameters.GetProperty("terminalId").GetString()!;
        if (!_open.TryGetValue(terminalId, out var terminal))
        {
            send($$"""{"jsonrpc":"2.0","id":{{id}},"error":{"code":-32602,"message":"There is no terminal {{terminalId}}" } }""");
            return;
        }

        switch (AcpEditor.Method(request))
        {
            case "terminal/wait_for_exit":
                _ = WaitAsync(id, terminal);
                break;
            case "terminal/output":
                Answer(id, terminal.Output);
                break;
            case "terminal/kill":
                terminal.Kill();
                Answer(id, "{}");
                break;
            case "terminal/release":
                _open.TryRemove(terminalId, out _);
                terminal.Kill();
                Answer(id, "{}");
                break;
        }
    }

    public void Dispose()
    {
        foreach (var terminal in _open.Values)
        {
            terminal.Kill();
        }
    }

    private async Task WaitAsync(string id, Terminal terminal)
    {
        await terminal.Ended;
        await Gate;
        Answer(id, terminal.Exit);
    }

    private void Answer(string id, string result) => send($$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""");

    private sealed class Terminal
    {
        private readonly StringBuilder _text = new();
        private readonly Process _process;
        private readonly int _limit;
        private volatile bool _isKilled;

        public Terminal(JsonElement parameters, Dictionary<string, string> environment)
        {
            _limit = parameters.GetProperty("outputByteLimit").GetInt32();
            var start = new ProcessStartInfo(parameters.GetProperty("command").GetString()!)
            {
                WorkingDirectory = parameters.GetProperty("cwd").GetString()!,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var argument in parameters.GetProperty("args").EnumerateArray())
            {
                start.ArgumentList.Add(argument.GetString()!);
            }

            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            foreach (var variable in parameters.GetProperty("env").EnumerateArray())
            {
                start.Environment[variable.GetProperty("name").GetString()!] = variable.GetProperty("value").GetString();
            }

            _process = Process.Start(start)!;
            _process.StandardInput.Close();
            Ended = EndAsync();
        }

        public Task Ended { get; }

        public string Exit => _isKilled ? """{"exitCode":null,"signal":"SIGKILL"}""" : $$"""{"exitCode":{{_process.ExitCode}},"signal":null}""";

        public string Output
        {
            get
            {
                lock (_text)
                {
                    var text = _text.ToString();
                    var cut = Math.Max(text.Length - _limit, 0);
                    return $$"""{"output":{{ModelReply.Quote(text[cut..])}},"truncated":{{(cut > 0 ? "true" : "false")}}}""";
                }
            }
        }

        public void Kill()
        {
            if (!_process.HasExited)
            {
                _isKilled = true;
                _process.Kill(entireProcessTree: true);
            }
        }

        private async Task EndAsync() => await Task.WhenAll(
            ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError), _process.WaitForExitAsync());

        private async Task ReadAsync(StreamReader reader)
        {
            var buffer = new char[4096];
            while (await reader.ReadAsync(buffer) is var count and > 0)
            {
                lock (_text)
                {
                    // As a terminal does.
                    _text.Append(new string(buffer, 0, count).Replace("\n", "\r\n", StringComparison.Ordinal));
                }
            }
        }
    }
}
