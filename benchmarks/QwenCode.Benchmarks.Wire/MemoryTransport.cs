using QwenCode.Models.Transport;

namespace QwenCode.Benchmarks.Wire;

/// <summary>Answers each request from memory, and hands the request to whoever looks at it.</summary>
internal sealed class MemoryTransport(Func<Stream> open, Action<TransportRequest>? look = null) : IChatTransport
{
    public ValueTask<TransportResponse> SendAsync(TransportRequest request, CancellationToken cancellationToken)
    {
        look?.Invoke(request);
        return new ValueTask<TransportResponse>(new Response(open()));
    }

    private sealed class Response(Stream body) : TransportResponse
    {
        public override int Status => 200;

        public override string Reason => "OK";

        public override string? Header(string name) =>
            string.Equals(name, "Content-Type", StringComparison.OrdinalIgnoreCase) ? "text/event-stream" : null;

        public override ValueTask<Stream> OpenBodyAsync(CancellationToken cancellationToken) => new(body);

        public override void Dispose() => body.Dispose();
    }
}
