using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using QwenCode.Models;

namespace QwenCode.SemanticKernel.Tests.Foreign;

/// <summary>What clients that are not ours throw, as the kernel knows it.</summary>
public sealed class FailureTests : IDisposable
{
    private const string Key = "sk-proj-0123456789abcdef";

    private readonly KernelRoom _room = new();

    public static TheoryData<string, ModelFault, int?> Failures => new()
    {
        { "http operation 401", ModelFault.Unauthorized, 401 },
        { "http operation 404", ModelFault.NotFound, 404 },
        { "http operation without status", ModelFault.Unreachable, null },
        { "client result 429", ModelFault.RateLimited, 429 },
        { "client result 503", ModelFault.ServerError, 503 },
        { "client result 400", ModelFault.Refused, 400 },
        { "client result, wrapped in retries", ModelFault.ServerError, 500 },
        { "http request 403", ModelFault.Unauthorized, 403 },
        { "connection refused", ModelFault.Unreachable, null },
        { "broken off", ModelFault.BrokenStream, null },
        { "timeout", ModelFault.Timeout, null },
        { "timeout of a task", ModelFault.Timeout, null },
        { "529, which the settings call a limit", ModelFault.RateLimited, 529 },
    };

    public void Dispose() => _room.Dispose();

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task It_is_a_fault_of_its_kind_and_shows_no_key(string what, ModelFault fault, int? status)
    {
        _room.WriteSettings("""{"$version":3,"modelProviders":{"semantic-kernel":[{"id":"fast","generationConfig":{"retryErrorCodes":[529]}}]}}""");
        await using var services = Build(_ => Make(what));
        var client = services.GetRequiredService<IModelProvider>().Default.Client;

        var streamed = await Should.ThrowAsync<ModelException>(async () =>
        {
            await foreach (var _ in client.GetStreamingResponseAsync("hi"))
            {
            }
        });
        var whole = await Should.ThrowAsync<ModelException>(client.GetResponseAsync("hi"));

        (streamed.Fault, streamed.Status, streamed.Message).ShouldBe((fault, status, whole.Message));
        streamed.ToString().ShouldNotContain(Key);
        streamed.Message.ShouldNotBeEmpty();
        streamed.Message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_request_that_is_cancelled_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        await using var services = Build(token =>
        {
            cancel.Cancel();
            return new OperationCanceledException(token);
        });

        await Should.ThrowAsync<OperationCanceledException>(services.GetRequiredService<IModelProvider>().Default.Client.GetResponseAsync("hi", cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task A_failure_that_is_no_failure_of_a_request_is_thrown_as_it_is()
    {
        await using var services = Build(static _ => new InvalidOperationException("a bug"));

        (await Should.ThrowAsync<InvalidOperationException>(services.GetRequiredService<IModelProvider>().Default.Client.GetResponseAsync("hi"))).Message.ShouldBe("a bug");
    }

    private static Exception Make(string what) => what switch
    {
        "http operation 401" => new HttpOperationException(HttpStatusCode.Unauthorized, null, $"The key {Key} was refused.", null),
        "http operation 404" => new HttpOperationException(HttpStatusCode.NotFound, null, "No such model.", null),
        "http operation without status" => new HttpOperationException("No way.", new HttpRequestException("connection refused")),
        "client result 429" => new ClientResultException(429, "Too many requests\n\nwith " + Key),
        "client result 503" => new ClientResultException(503, "Down."),
        "client result 400" => new ClientResultException(400, "Nonsense."),
        "client result, wrapped in retries" => new AggregateException("Retry failed after 4 tries.", new ClientResultException(500, "Down.\nStill.")),
        "http request 403" => new HttpRequestException($"Authorization: Bearer {Key}", null, HttpStatusCode.Forbidden),
        "connection refused" => new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused)),
        "broken off" => new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely."),
        "timeout" => new TimeoutException("too slow"),
        "timeout of a task" => new TaskCanceledException("A task was canceled.", new TimeoutException()),
        "529, which the settings call a limit" => new ClientResultException(529, "Overloaded."),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    private ServiceProvider Build(Func<CancellationToken, Exception?> fails) => _room.BuildHost((services, options) =>
    {
        (options.AuthType, options.Model) = (null, null);
        services.AddKeyedSingleton<IChatClient>("fast", new RecordingClient("m", fails));
    });

    /// <summary>Looks like the exception of the library of that name, which is not here.</summary>
    private sealed class ClientResultException(int status, string message) : Exception(message)
    {
        public int Status { get; } = status;
    }
}
