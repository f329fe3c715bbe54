using System.Globalization;

namespace QwenCode.Models.Cassettes;

/// <summary>
/// Finds the recorded answer to a request, and tells how the request differs from the recorded one. Safe to use from many threads.
/// </summary>
/// <param name="cassette">Whose it is.</param>
/// <param name="exchanges">What was recorded, in order.</param>
internal sealed class CassetteReplay(ModelCassette cassette, IReadOnlyList<RecordedExchange> exchanges)
{
    private const int ShownDifferences = 4;

    private readonly Lock _gate = new();
    private readonly HashSet<RecordedExchange> _used = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly ReplayOrder _order = new(exchanges);

    /// <summary>Gets what was recorded.</summary>
    public IReadOnlyList<RecordedExchange> Exchanges => exchanges;

    /// <summary>Returns the answer to a request, each once, when it is its turn.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelException">Nothing is recorded for it, or it differs and must not.</exception>
    public async ValueTask<RecordedExchange> TakeAsync(ReadRequest request, CancellationToken cancellationToken)
    {
        cassette.Keep(request);
        RecordedExchange exchange;
        lock (_gate)
        {
            if (cassette.Fault is { } earlier)
            {
                // The run has lost its way; whatever else it asks would only hide where.
                throw ModelCassette.Fail(earlier, string.Empty);
            }

            exchange = Find(request) ?? throw Refuse(Unknown(request));
            _used.Add(exchange);
            var differences = RequestDrift.Find(exchange.Request, request, _told);
            if (differences.Count > 0)
            {
                Report(request, differences);
            }
        }

        _order.Start(exchange);
        await _order.WaitAsync(exchange, cancellationToken).ConfigureAwait(false);
        return exchange;
    }

    private RecordedExchange? Find(ReadRequest request)
    {
        var free = exchanges.Where(exchange => exchange.Request.Conversation == request.Conversation && !_used.Contains(exchange)).ToList();
        var sameWords = free.FindAll(exchange => exchange.Request.LastWords == request.LastWords);
        return sameWords.Find(exchange => exchange.Request.Digest == request.Digest)
            ?? sameWords.Find(exchange => exchange.Request.Step == request.Step)
            ?? sameWords.FirstOrDefault()
            ?? free.Find(exchange => exchange.Request.Step == request.Step);
    }

    private void Report(ReadRequest request, IReadOnlyList<string> differences)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"The request differs from the recorded one: conversation \"{request.Prompt}\", step {request.Step}: ")
            + string.Join("; ", differences.Take(ShownDifferences))
            + (differences.Count > ShownDifferences ? $"; and {differences.Count - ShownDifferences} more." : ".");
        if (cassette.Mode is CassetteMode.Strict)
        {
            throw Refuse(text);
        }

        cassette.Note(text);
    }

    private ModelException Refuse(string text)
    {
        var exception = ModelCassette.Fail(text, $"Record again with --model-cassette record:{cassette.Path}, or correct what differs.");
        cassette.FailWith(text);
        _order.Open();
        return exception;
    }

    private string Unknown(ReadRequest request)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"The cassette {cassette.Path} holds no answer to a request: ")
            + string.Create(CultureInfo.InvariantCulture, $"conversation \"{request.Prompt}\", step {request.Step}.");
        if (Nearest(request) is not { } nearest)
        {
            return $"{what} It holds no request at all.";
        }

        var (recorded, now) = nearest.Request.Conversation != request.Conversation
            ? (nearest.Request.Prompt, request.Prompt)
            : (nearest.Request.Words, request.Words);
        var difference = recorded == now
            ? nearest.Request.Conversation != request.Conversation
                ? $"which was recorded by the protocol {nearest.Protocol}"
                : "which has been replayed already: this run asks more often than the recorded one"
            : ShortDiff.Of(recorded, now);
        return string.Create(CultureInfo.InvariantCulture,
            $"{what} The nearest is conversation \"{nearest.Request.Prompt}\", step {nearest.Request.Step}: {difference}.");
    }

    private RecordedExchange? Nearest(ReadRequest request)
    {
        var same = exchanges.Where(exchange => exchange.Request.Conversation == request.Conversation).ToList();
        return same.Count > 0
            ? same.OrderBy(exchange => Math.Abs(exchange.Request.Step - request.Step)).ThenBy(exchange => _used.Contains(exchange)).First()
            : exchanges.OrderByDescending(exchange => Likeness(exchange.Request.Prompt, request.Prompt))
                .ThenBy(exchange => Math.Abs(exchange.Request.Step - request.Step)).FirstOrDefault();
    }

    private static int Likeness(string one, string other)
    {
        var words = one.Split(' ').ToHashSet(StringComparer.OrdinalIgnoreCase);
        return other.Split(' ').Count(words.Contains);
    }
}
