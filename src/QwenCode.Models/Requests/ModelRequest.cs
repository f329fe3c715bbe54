using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Requests;

/// <summary>
/// Asks a model and hands on its answer: repeats what failed in passing, asks once more with a larger limit where the answer was cut, and
/// once more in another form for each thing about the form that the provider refuses. Never sends more than
/// 1 + <see cref="ChatClientOptions.MaxRetries"/> requests because of failures, unless it waits limits out, and one more because of a cut
/// answer.
/// </summary>
internal sealed class ModelRequest(ChatClientOptions options, IWireProtocol protocol, IChatTransport transport)
{
    /// <summary>The output limit of the second try, after the default limit was too small.</summary>
    public const int EnlargedOutputLimit = 64_000;

    // A model that pauses again and again is not waited for.
    private const int MaxPauses = 5;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    // Of a client that waits limits out.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    /// <summary>Streams the answer.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? chatOptions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var conversation = messages;
        var request = protocol.CreateRequest(conversation, chatOptions, null);
        int? enlarged = null;
        var retries = 0;
        var pauses = 0;
        var hasHandedOn = false;
        HttpAttempt? answer = null;
        try
        {
            while (true)
            {
                if (answer is null)
                {
                    answer = new HttpAttempt(options, protocol.CreateDecoder(), cancellationToken);
                    await answer.OpenAsync(transport, request, cancellationToken).ConfigureAwait(false);
                }

                while (await answer.NextAsync(cancellationToken).ConfigureAwait(false) is { } update)
                {
                    hasHandedOn = true;
                    yield return update;
                }

                var failure = answer.Failure ?? Finish(answer.Decoder);
                if (failure is null)
                {
                    // Asked here and not before: a refusal may have taught that the model takes no limit.
                    if (enlarged is null && answer.Decoder.IsCut && protocol.MayEnlarge(chatOptions))
                    {
                        enlarged = EnlargedOutputLimit;
                        (conversation, pauses) = (messages, 0);
                        request = protocol.CreateRequest(conversation, chatOptions, enlarged);
                        var larger = new HttpAttempt(options, protocol.CreateDecoder(), cancellationToken);
                        if (await larger.OpenAsync(transport, request, cancellationToken).ConfigureAwait(false))
                        {
                            answer.Dispose();
                            answer = larger;
                            if (hasHandedOn)
                            {
                                yield return Restart("the answer was longer than the default limit");
                                hasHandedOn = false;
                            }

                            continue;
                        }

                        // A server that does not grant so much leaves us with the answer that was cut, which says that it was.
                        larger.Dispose();
                    }

                    while (answer.Decoder.Next() is { } update)
                    {
                        yield return update;
                    }

                    if (answer.Decoder.Paused is not { } said || pauses++ == MaxPauses)
                    {
                        yield break;
                    }

                    conversation = [.. conversation, said];
                    request = protocol.CreateRequest(conversation, chatOptions, enlarged);
                    answer.Dispose();
                    answer = null;
                    continue;
                }

                answer.Dispose();
                answer = null;
                if (!hasHandedOn && protocol.Adapt(failure, request, conversation, chatOptions) is { } change)
                {
                    // Each change is made once for a model, so that this comes to an end.
                    options.Report?.Invoke($"{request.Url.Host} refused the form of a request to {chatOptions?.ModelId ?? options.Model} "
                        + $"({Scrub(failure.Message)}): from now on, {change}.");
                    request = protocol.CreateRequest(conversation, chatOptions, enlarged);
                    continue;
                }

                var isWaitedOut = options.WaitsForLimits && failure.IsWaitable;
                if (!isWaitedOut
                    && (!failure.IsPassing || retries >= options.MaxRetries || failure.RetryAfter > options.MaxRetryAfter))
                {
                    throw ToException(failure, request.Url, chatOptions);
                }

                if (hasHandedOn)
                {
                    yield return Restart(Scrub(failure.Message));
                    hasHandedOn = false;
                    if (pauses > 0)
                    {
                        // What came before the pause is forgotten, too.
                        (conversation, pauses) = (messages, 0);
                        request = protocol.CreateRequest(conversation, chatOptions, enlarged);
                    }
                }

                // What was waited for in a recording has passed.
                var delay = Delay(failure, retries++);
                var left = options.Cassette is { Cassette.IsReplay: true } ? TimeSpan.Zero : delay;
                for (; isWaitedOut && left > Heartbeat; left -= Heartbeat)
                {
                    yield return new(ChatRole.Assistant, [new LimitWaitContent(Scrub(failure.Message), left)]);
                    await Task.Delay(Heartbeat, options.TimeProvider, cancellationToken).ConfigureAwait(false);
                }

                await Task.Delay(left, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            answer?.Dispose();
        }
    }

    /// <summary>Gives the whole answer; what was abandoned on the way is not in it.</summary>
    public async Task<ChatResponse> AskAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? chatOptions, CancellationToken cancellationToken)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in StreamAsync(messages, chatOptions, cancellationToken).ConfigureAwait(false))
        {
            if (update.Contents is [StreamRestartContent])
            {
                updates.Clear();
                continue;
            }

            if (update.Contents is [LimitWaitContent])
            {
                continue;
            }

            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    private static ChatResponseUpdate Restart(string reason) => new(ChatRole.Assistant, [new StreamRestartContent(reason)]);

    private static RequestFailure? Finish(ResponseDecoder decoder)
    {
        decoder.Complete();

        // A limit that left nothing would leave nothing again.
        return decoder.IsCut ? null : decoder.Fault;
    }

    private TimeSpan Delay(RequestFailure failure, int retries)
    {
        var isOverloaded = failure.Status is 429 or 503 or 529 || failure.Fault is ModelFault.RateLimited;
        var first = isOverloaded ? options.RetryDelay * 4 : options.RetryDelay;
        var delay = first * Math.Pow(2, Math.Min(retries, 16));
        var longest = options.WaitsForLimits && failure.IsWaitable ? LongestWait : LongestDelay;
        if (delay > longest)
        {
            delay = longest;
        }

        // A quarter more or less, so that many agents that failed together do not come back together.
        delay *= 0.75 + (options.Jitter() / 2);
        // Whoever waits limits out goes by the provider's time alone, unless that would mean not to wait at all.
        var least = longest == LongestWait ? TimeSpan.FromSeconds(1) : delay;
        return failure.RetryAfter is { } wanted && wanted > least ? wanted : delay;
    }

    private ModelException ToException(RequestFailure failure, Uri url, ChatOptions? chatOptions)
    {
        var model = chatOptions?.ModelId ?? options.Model;
        var advice = failure.Advice ?? failure.Fault switch
        {
            ModelFault.Unauthorized => $"{url.Host} refused the key: check {protocol.KeyVariable}, or the key in the settings.",
            ModelFault.NotFound =>
                $"Check the model '{model}' (--model) and the address {Shown(options.BaseUrl)} ({protocol.AddressSetting}).",
            ModelFault.Unreachable =>
                $"Check that {url.Authority} can be reached and is the right address ({protocol.AddressSetting}), and the proxy settings.",
            ModelFault.RateLimited when failure.RetryAfter > options.MaxRetryAfter =>
                FormattableString.Invariant($"{url.Host} asks to wait {failure.RetryAfter.Value.TotalSeconds:0} s; ")
                + "try again then, or use another model (--model).",
            ModelFault.RateLimited => $"{url.Host} limits how much it answers; try again later, or run fewer agents at once.",
            ModelFault.Timeout => $"{url.Host} is slow or stuck. If it needs more time, set 'timeout' in generationConfig "
                + "(model.generationConfig, or the provider's entry) to more milliseconds, or to 0 for no limit.",
            ModelFault.ServerError or ModelFault.BrokenStream => $"The trouble lies at {url.Host} or on the way to it; try again later.",
            _ => string.Empty,
        };
        return new(failure.Fault, Scrub(failure.Message), failure.Status, Scrub(advice), SafeCause(failure.Cause));
    }

    private string Scrub(string text) => Secrets.Remove(text, options);

    private static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>A cause goes to logs with all it says; one that repeats a secret is left out.</summary>
    private Exception? SafeCause(Exception? cause) =>
        cause is not null && Secrets.Remove(cause.ToString(), options) == cause.ToString() ? cause : null;
}
