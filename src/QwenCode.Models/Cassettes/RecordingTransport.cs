using QwenCode.Models.Transport;

namespace QwenCode.Models.Cassettes;

/// <summary>Sends by another transport, and adds each request with its answer to a cassette.</summary>
/// <param name="inner">The other transport.</param>
/// <param name="cassette">The cassette.</param>
/// <param name="texts">What takes secrets out.</param>
internal sealed class RecordingTransport(IChatTransport inner, ModelCassette cassette, CassetteTexts texts) : IChatTransport
{
    // Those that anything here depends on.
    private static readonly string[] KeptHeaders = ["Content-Type", "Retry-After", "retry-after-ms", "x-should-retry", "Location"];

    public async ValueTask<TransportResponse> SendAsync(TransportRequest request, CancellationToken cancellationToken)
    {
        var started = cassette.Writer.CountEvent();
        var read = texts.Read(request);
        cassette.Keep(read);
        try
        {
            var response = await inner.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return new RecordedResponse(this, read, response, started, cassette.Writer.CountEvent());
        }
        catch (Exception exception) when (exception is not ModelException)
        {
            Write(read, started, cassette.Writer.CountEvent(), null, [], [], exception);
            throw;
        }
    }

    private void Write(
        ReadRequest request, int started, int ended, TransportResponse? response, ReadOnlySpan<byte> body, IReadOnlyList<int> cuts,
        Exception? failure)
    {
        try
        {
            var answers = texts.Answers;
            var (concealed, places) = answers.Conceal(body, cuts);
            var how = failure is null ? null : RecordedFailure.Of(failure);
            cassette.Writer.Write(
                new RecordedExchange
                {
                    Run = string.Empty,
                    Started = started,
                    Ended = ended,
                    Protocol = texts.Protocol,
                    Model = texts.Model,
                    BaseUrl = texts.BaseUrl,
                    Request = request,
                    Status = response?.Status ?? 0,
                    Reason = answers.Conceal(response?.Reason ?? string.Empty),
                    Headers = response is null ? [] : [.. KeptHeaders
                        .Select(name => KeyValuePair.Create(name, response.Header(name)!)).Where(static header => header.Value is not null)
                        .Select(header => KeyValuePair.Create(header.Key, answers.Conceal(header.Value)))],
                    Failure = how is null ? null : how with { Message = answers.Conceal(how.Message) },
                },
                concealed, places);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The run goes on; what was to be recorded is not whole, which is said at its end.
            var text = $"The cassette {cassette.Path} is not whole: {exception.Message}";
            cassette.Note(text);
            cassette.FailWith(text);
        }
    }

    private sealed class RecordedResponse(
        RecordingTransport owner, ReadRequest request, TransportResponse inner, int started, int begun) : TransportResponse
    {
        private TappedStream? _body;
        private bool _isWritten;

        public override int Status => inner.Status;

        public override string Reason => inner.Reason;

        public override string? Header(string name) => inner.Header(name);

        public override async ValueTask<Stream> OpenBodyAsync(CancellationToken cancellationToken) => _body =
            new TappedStream(await inner.OpenBodyAsync(cancellationToken).ConfigureAwait(false), owner.CountEvent);

        public override void Release() => inner.Release();

        public override void Dispose()
        {
            if (!_isWritten)
            {
                _isWritten = true;
                owner.Write(request, started, _body is { LastEvent: > 0 and var last } ? last : begun, inner,
                    _body is null ? [] : _body.Recorded, _body?.Cuts ?? [], _body?.Failure);
            }

            inner.Dispose();
        }
    }

    private int CountEvent() => cassette.Writer.CountEvent();
}
