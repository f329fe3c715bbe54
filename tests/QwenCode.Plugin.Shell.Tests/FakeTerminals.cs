using QwenCode.Tools;

namespace QwenCode.Plugin.Shell.Tests;

/// <summary>An editor with one terminal, in which nothing runs: it says what the test wants it to say.</summary>
public sealed class FakeTerminals : IClientTerminals, IClientTerminal
{
    public List<string> Calls { get; } = [];

    public ClientCommand? Command { get; private set; }

    public Func<CancellationToken, Task<IClientTerminal?>>? Open { get; set; }

    public Task<ClientExit> End { get; set; } = Task.FromResult(new ClientExit(0, null));

    public Func<ClientOutput> Output { get; set; } = static () => new ClientOutput(string.Empty, false, null);

    public Func<CancellationToken, Task> Kill { get; set; } = static _ => Task.CompletedTask;

    public string Id => "t1";

    public async ValueTask<IClientTerminal?> StartAsync(ClientCommand command, CancellationToken cancellationToken)
    {
        Calls.Add("create");
        Command = command;
        return Open is null ? this : await Open(cancellationToken);
    }

    public async ValueTask<ClientExit> WaitAsync(CancellationToken cancellationToken)
    {
        Calls.Add("wait");
        return await End.WaitAsync(cancellationToken);
    }

    public ValueTask<ClientOutput> ReadAsync(CancellationToken cancellationToken)
    {
        Calls.Add("output");
        return ValueTask.FromResult(Output());
    }

    public async ValueTask KillAsync(CancellationToken cancellationToken)
    {
        Calls.Add("kill");
        await Kill(cancellationToken);
    }

    public void Dispose() => Calls.Add("release");
}
