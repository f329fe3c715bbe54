using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests.Wires;

/// <summary>A stub server and a clock, for the tests of a wire.</summary>
public abstract class WireTest : IAsyncLifetime
{
    internal StubServer Server { get; } = new();

    internal FakeClock Clock { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync() => await Server.DisposeAsync();
}
