using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace QwenCode.Fuzzing;

/// <summary>Fuzz tests run alone: they look at what the process keeps, and other tests keep something, too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection
{
    /// <summary>The collection.</summary>
    public const string Name = "fuzz";
}

/// <summary>
/// Texts that are cut, doubled and mixed at random, with fixed seeds: whatever comes is read or refused, quickly and in little memory.
/// <c>QWEN_FUZZ_RUNS</c> says how many (2,000); <c>eng/fuzz.sh</c> runs 100,000 of each.
/// </summary>
internal static class Fuzz
{
    private const long MaxGrowth = 64 * 1024 * 1024;

    // One input that is slow on a busy machine is quick at one of these tries; one that hangs is not.
    private const int Tries = 5;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    public static int Runs { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("QWEN_FUZZ_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 2_000;

    /// <summary>Hands changed texts to a reader, and fails if it throws, takes longer than a second, or takes or leaves more than 64 MiB.</summary>
    /// <param name="seed">Where the random changes begin.</param>
    /// <param name="texts">The sound texts.</param>
    /// <param name="words">What is put in between.</param>
    /// <param name="read">Reads one; what it throws is a fault.</param>
    public static void Run(int seed, IReadOnlyList<string> texts, IReadOnlyList<string> words, Action<byte[]> read)
    {
        byte[][] sound = [.. texts.Select(Encoding.UTF8.GetBytes)];
        var (run, input) = (0, Array.Empty<byte>());
        Exception? fault = null;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var thread = new Thread(() =>
        {
            try
            {
                var random = new Random(seed);
                for (; run < Runs; Interlocked.Increment(ref run))
                {
                    input = Mutate(random, sound, words);
                    Measure(input, read);
                }
            }
            catch (Exception exception)
            {
                fault = exception;
            }
        }) { IsBackground = true };
        thread.Start();
        for (var last = -1; !thread.Join(Hang); last = Volatile.Read(ref run))
        {
            if (last == Volatile.Read(ref run))
            {
                throw new TimeoutException($"Run {last} hangs: {Convert.ToBase64String(input)}");
            }
        }

        if (fault is not null)
        {
            throw new InvalidOperationException($"Run {run}: {fault.Message}\n{Convert.ToBase64String(input)}", fault);
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(MaxGrowth, "what was read is kept");
    }

    private static void Measure(byte[] input, Action<byte[]> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (began, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            read(input);
            (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(MaxGrowth, "one input takes too much memory");
            if (Stopwatch.GetElapsedTime(began) < MaxTime)
            {
                return;
            }

            attempt.ShouldBeLessThan(Tries, "one input takes longer than a second, however often it is tried");
        }
    }

    private static byte[] Mutate(Random random, byte[][] sound, IReadOnlyList<string> words)
    {
        var text = new List<byte>(sound[random.Next(sound.Length)]);
        for (var change = random.Next(1, 6); change > 0 && text.Count > 1; change--)
        {
            var at = random.Next(text.Count);
            var length = Math.Min(random.Next(1, 40), text.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    text.RemoveRange(at, length);
                    break;
                case 1:
                    text.InsertRange(at, text.GetRange(at, length));
                    break;
                case 2:
                    text[at] = (byte)random.Next(256);
                    break;
                case 3:
                    text.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Count)]));
                    break;
                case 4:
                    text.AddRange(sound[random.Next(sound.Length)]);
                    break;
                case 5:
                    // Deep nesting and long runs, which recursion and backtracking do not like.
                    text.InsertRange(at, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(words[random.Next(words.Count)], random.Next(1, 2_000)))));
                    break;
                default:
                    text.RemoveRange(at, text.Count - at);
                    break;
            }
        }

        return [.. text];
    }
}
