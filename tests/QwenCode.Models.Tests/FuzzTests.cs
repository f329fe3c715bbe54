using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Requests;
using QwenCode.Models.Tests.Conformance;

namespace QwenCode.Models.Tests;

/// <summary>
/// Answers that are cut, doubled and mixed at random, with fixed seeds: whatever comes, it is an answer or an error in words, quickly.
/// <c>eng/fuzz.sh</c> runs more of them (<c>QWEN_FUZZ_RUNS</c>).
/// </summary>
public sealed class FuzzTests
{
    private static readonly int Runs =
        int.TryParse(Environment.GetEnvironmentVariable("QWEN_FUZZ_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 2_000;

    private static readonly byte[][] Seeds = [.. Oddities.All.Select(oddity => oddity.Answer.Pieces.SelectMany(piece => piece).ToArray()).Where(body => body.Length > 0)];

    [Fact]
    public async Task Any_stream_is_an_answer_or_an_error_in_words()
    {
        var random = new Random(20_261_130);
        for (var run = 0; run < Runs; run++)
        {
            var body = Mutate(random, Seeds[random.Next(Seeds.Length)]);
            var watch = Stopwatch.GetTimestamp();
            var decoder = new OpenAIResponseDecoder(new OpenAIClientOptions { Model = "m" });
            try
            {
                var first = body.Length / 2;
                var events = new EventStreamReader(new MemoryStream(body, first, body.Length - first), body.AsMemory(0, first));
                while (!decoder.IsDone && await events.NextAsync(CancellationToken.None))
                {
                    decoder.Read(events.EventType, events.Data);
                }

                decoder.Complete();
                _ = decoder.Fault;
                Check(decoder);
            }
            catch (Exception exception) when (exception is AnswerFailedException or System.Text.Json.JsonException or Transport.InvalidAnswerException)
            {
                // Errors that the caller turns into a sentence.
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"run {run}: {Convert.ToBase64String(body)}", exception);
            }

            Stopwatch.GetElapsedTime(watch).ShouldBeLessThan(TimeSpan.FromSeconds(5), $"run {run}");
        }
    }

    [Fact]
    public void Any_body_of_an_error_can_be_read()
    {
        var random = new Random(4711);
        for (var run = 0; run < Runs; run++)
        {
            var body = Mutate(random, Seeds[random.Next(Seeds.Length)]);

            Should.NotThrow(() => ProviderError.FromBody(body), $"run {run}: {Convert.ToBase64String(body)}");
        }
    }

    private static void Check(ResponseDecoder decoder)
    {
        var calls = new List<FunctionCallContent>();
        while (decoder.Next() is { } update)
        {
            calls.AddRange(update.Contents.OfType<FunctionCallContent>());
        }

        calls.Select(call => call.CallId).Distinct().Count().ShouldBe(calls.Count);
        calls.ShouldAllBe(call => call.Name.Length > 0);
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        var body = new List<byte>(seed);
        for (var change = random.Next(1, 6); change > 0 && body.Count > 1; change--)
        {
            var at = random.Next(body.Count);
            var length = Math.Min(random.Next(1, 40), body.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    body.RemoveRange(at, length);
                    break;
                case 1:
                    body.InsertRange(at, body.GetRange(at, length));
                    break;
                case 2:
                    body[at] = (byte)random.Next(256);
                    break;
                case 3:
                    body.InsertRange(at, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
                    break;
                case 4:
                    body.AddRange(Seeds[random.Next(Seeds.Length)]);
                    break;
                default:
                    body.RemoveRange(at, body.Count - at);
                    break;
            }
        }

        return [.. body];
    }

    private static readonly string[] Words =
        ["\n\n", "data: ", "{", "}", "[", "]", "\"", "\\ud800", "null", "<think>", "</think>", "\"index\":0,", "{}", "error: ", "[DONE]", "\r", "1e999", "\u0000", "\\"];
}
