using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace QwenCode.Kernel.Tests.Telemetry;

/// <summary>Records the spans of one session, and the measurements that carry a tag of the test's.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly ActivityListener _spans;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ConcurrentQueue<Measurement> _measured = [];

    /// <param name="session">The session; other tests run beside this one.</param>
    /// <param name="marks">Values of tags by which a test knows its measurements.</param>
    public Recorder(string session, params string[] marks)
    {
        _spans = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "QwenCode.Kernel",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if ((string?)span.GetTagItem("gen_ai.conversation.id") == session)
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_spans);
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "QwenCode.Kernel")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _meters.Start();

        void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var kept = tags.ToArray();
            if (kept.Any(tag => marks.Contains(tag.Value)))
            {
                _measured.Enqueue(new Measurement(instrument.Name, instrument.Unit, value, kept.ToDictionary()));
            }
        }
    }

    public IReadOnlyList<Activity> Spans => [.. _ended];

    public IReadOnlyList<Measurement> Measured(string instrument) => [.. _measured.Where(one => one.Instrument == instrument)];

    public Activity Span(string name) => Spans.Where(span => span.DisplayName == name).ShouldHaveSingleItem();

    public void Dispose()
    {
        _spans.Dispose();
        _meters.Dispose();
    }
}

internal sealed record Measurement(string Instrument, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags);
