namespace QwenCode.Models.Transport;

/// <summary>Sends by another transport, and writes each request with its answer to a file of its own.</summary>
internal sealed class LoggedTransport(IChatTransport inner, ChatClientOptions options) : IChatTransport
{
    public async ValueTask<TransportResponse> SendAsync(TransportRequest request, CancellationToken cancellationToken)
    {
        var log = new RequestLog(options, request);
        try
        {
            return new LoggedResponse(await inner.SendAsync(request, cancellationToken).ConfigureAwait(false), log);
        }
        catch (Exception exception)
        {
            log.Write(null, [], exception.Message);
            throw;
        }
    }

    private sealed class LoggedResponse(TransportResponse inner, RequestLog log) : TransportResponse
    {
        private RecordingStream? _body;
        private bool _isWritten;

        public override int Status => inner.Status;

        public override string Reason => inner.Reason;

        public override string? Header(string name) => inner.Header(name);

        public override async ValueTask<Stream> OpenBodyAsync(CancellationToken cancellationToken) =>
            _body = new RecordingStream(await inner.OpenBodyAsync(cancellationToken).ConfigureAwait(false));

        public override void Release() => inner.Release();

        public override void Dispose()
        {
            inner.Dispose();
            if (!_isWritten)
            {
                _isWritten = true;
                log.Write(Status, _body is null ? [] : _body.Recorded, null);
            }
        }
    }
}
