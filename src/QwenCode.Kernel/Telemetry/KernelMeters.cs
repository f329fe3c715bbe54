using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Telemetry;

/// <summary>
/// The metrics of the kernel. Two are those of the OpenTelemetry conventions for generative AI; what the conventions have no name for
/// begins with <c>qwen_code</c>. Without a listener none of them allocates.
/// </summary>
internal static class KernelMeters
{
    private static readonly Meter Meter = new(KernelSpans.SourceName);

    private static readonly Histogram<double> OperationDuration = Meter.CreateHistogram(
        "gen_ai.client.operation.duration", "s", "How long a request to a model took.", tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
        });

    private static readonly Histogram<double> TokenUsage = Meter.CreateHistogram(
        "gen_ai.client.token.usage", "{token}", "How many tokens a request to a model took.", tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
                [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
        });

    private static readonly Histogram<double> ToolDuration = Meter.CreateHistogram<double>(
        "qwen_code.tool.duration", "s", "How long a tool call ran, its hooks and filters included, questions to the user not.");

    private static readonly UpDownCounter<long> RunningTasks = Meter.CreateUpDownCounter<long>(
        "qwen_code.tasks.running", "{task}", "How many background tasks run now.");

    /// <summary>Records a request to a model.</summary>
    /// <param name="model">The model's id.</param>
    /// <param name="provider">Who serves it, in the words of the conventions.</param>
    /// <param name="latency">From the request to the end of the answer.</param>
    /// <param name="usage">What it took, if the provider said.</param>
    /// <param name="errorType">Why it failed; <c>null</c> if it did not.</param>
    public static void ModelAsked(string model, string provider, TimeSpan latency, UsageDetails? usage, string? errorType)
    {
        var tags = new TagList
        {
            { GenAI.OperationName, GenAI.Chat }, { GenAI.ProviderName, provider }, { GenAI.RequestModel, model },
        };
        if (TokenUsage.Enabled && usage is not null)
        {
            RecordTokens(tags, "input", usage.InputTokenCount);
            RecordTokens(tags, "output", usage.OutputTokenCount);
        }

        if (errorType is not null)
        {
            tags.Add(GenAI.ErrorType, errorType);
        }

        OperationDuration.Record(latency.TotalSeconds, tags);
    }

    /// <summary>Gets whether anything listens to <see cref="ModelAsked"/>, so that its parameters are worth finding out.</summary>
    public static bool CountsModels => OperationDuration.Enabled || TokenUsage.Enabled;

    /// <summary>Gets whether anything listens to <see cref="ToolCalled"/>.</summary>
    public static bool CountsTools => ToolDuration.Enabled;

    /// <summary>Records a tool call.</summary>
    /// <param name="tool">The tool's name; see <see cref="GenAI.NameOfTool"/>.</param>
    /// <param name="duration">How long it ran.</param>
    /// <param name="errorType">Why it failed; <c>null</c> if it did not.</param>
    public static void ToolCalled(string tool, TimeSpan duration, string? errorType)
    {
        var tags = new TagList { { GenAI.OperationName, GenAI.ExecuteTool }, { GenAI.ToolName, tool } };
        if (errorType is not null)
        {
            tags.Add(GenAI.ErrorType, errorType);
        }

        ToolDuration.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Counts a task that begins to run.</summary>
    /// <returns>Whether it was counted, and so is to be counted out when it ends: a listener may come in between.</returns>
    public static bool TaskBegan(TaskKind kind)
    {
        if (!RunningTasks.Enabled)
        {
            return false;
        }

        RunningTasks.Add(1, new KeyValuePair<string, object?>(GenAI.TaskKind, GenAI.NameOfKind(kind)));
        return true;
    }

    /// <summary>Counts a task out for which <see cref="TaskBegan"/> returned <c>true</c>.</summary>
    public static void TaskEnded(TaskKind kind) =>
        RunningTasks.Add(-1, new KeyValuePair<string, object?>(GenAI.TaskKind, GenAI.NameOfKind(kind)));

    private static void RecordTokens(TagList tags, string type, long? count)
    {
        if (count is { } tokens)
        {
            tags.Add(GenAI.TokenType, type);
            TokenUsage.Record(tokens, tags);
        }
    }
}
