using System.Text.Json;
using QwenCode.Hooks;

namespace QwenCode.Kernel.Tests.Bench;

/// <summary>Hooks that answer as the test says, and note what they were told.</summary>
internal sealed class TestHooks(HookEvent handled, Func<int, HookOutcome> answer) : IHookRunner
{
    private readonly List<(HookEvent Event, string Subject, JsonElement Fields)> _calls = [];

    public IReadOnlyList<(HookEvent Event, string Subject, JsonElement Fields)> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public bool Handles(HookEvent hookEvent) => hookEvent == handled;

    public ValueTask<HookOutcome> RunAsync(HookInput input, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            input.WriteFields(writer);
            writer.WriteEndObject();
        }

        int count;
        lock (_calls)
        {
            _calls.Add((input.Event, input.Subject, JsonDocument.Parse(buffer.ToArray()).RootElement));
            count = _calls.Count;
        }

        return ValueTask.FromResult(answer(count));
    }
}
