using QwenCode.Models.Transport;

namespace QwenCode.Models.Cassettes;

/// <summary>Answers from a cassette. Nothing is sent.</summary>
/// <param name="cassette">The cassette.</param>
/// <param name="texts">What makes requests comparable.</param>
internal sealed class ReplayTransport(ModelCassette cassette, CassetteTexts texts) : IChatTransport
{
    public async ValueTask<TransportResponse> SendAsync(TransportRequest request, CancellationToken cancellationToken)
    {
        var exchange = await cassette.Replay.TakeAsync(texts.Read(request), cancellationToken).ConfigureAwait(false);
        return exchange.Status > 0 ? new ReplayedResponse(exchange, texts.Answers) : throw exchange.Failure!.ToException();
    }

    private sealed class ReplayedResponse(RecordedExchange exchange, AnswerText answers) : TransportResponse
    {
        public override int Status => exchange.Status;

        public override string Reason => exchange.Reason;

        public override string? Header(string name)
        {
            foreach (var (known, value) in exchange.Headers)
            {
                if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }

            return null;
        }

        public override ValueTask<Stream> OpenBodyAsync(CancellationToken cancellationToken) => new(new ReplayedBody(exchange, answers));

        public override void Dispose()
        {
        }
    }
}
