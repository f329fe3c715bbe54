using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;

namespace QwenCode.SemanticKernel.OpenAI;

/// <summary>Lays members over the body of each request.</summary>
/// <param name="members">The members; each replaces the one of its name.</param>
internal sealed class BodyPolicy(IReadOnlyDictionary<string, JsonElement> members) : PipelinePolicy
{
    // Two names for one limit: a server that gets both refuses the request.
    private static readonly string[] Limits = ["max_tokens", "max_completion_tokens"];

    private readonly HashSet<string> _replaced = [.. members.Keys, .. members.Keys.Any(static name => Limits.Contains(name)) ? Limits : []];

    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        if (message.Request.Content is { } content)
        {
            using var body = new MemoryStream();
            content.WriteTo(body, message.CancellationToken);
            Replace(message, body);
        }

        ProcessNext(message, pipeline, currentIndex);
    }

    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        if (message.Request.Content is { } content)
        {
            using var body = new MemoryStream();
            await content.WriteToAsync(body, message.CancellationToken).ConfigureAwait(false);
            Replace(message, body);
        }

        await ProcessNextAsync(message, pipeline, currentIndex).ConfigureAwait(false);
    }

    private void Replace(PipelineMessage message, MemoryStream body)
    {
        using var document = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
        using var replaced = new MemoryStream();
        using (var writer = new Utf8JsonWriter(replaced))
        {
            writer.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!_replaced.Contains(member.Name))
                {
                    member.WriteTo(writer);
                }
            }

            foreach (var (name, value) in members)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        message.Request.Content = BinaryContent.Create(BinaryData.FromBytes(replaced.ToArray()));
    }
}
