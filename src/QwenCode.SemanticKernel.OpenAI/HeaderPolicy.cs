using System.ClientModel.Primitives;
using QwenCode.Models;

namespace QwenCode.SemanticKernel.OpenAI;

/// <summary>Sets the headers of an entry, over the library's own. It stands last, behind the one that adds the key.</summary>
/// <param name="entry">The entry.</param>
/// <param name="hasKey">Whether there is a key to send.</param>
internal sealed class HeaderPolicy(ModelEntry entry, bool hasKey) : PipelinePolicy
{
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Set(message.Request.Headers);
        ProcessNext(message, pipeline, currentIndex);
    }

    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Set(message.Request.Headers);
        await ProcessNextAsync(message, pipeline, currentIndex).ConfigureAwait(false);
    }

    private void Set(PipelineRequestHeaders headers)
    {
        headers.Set("User-Agent", entry.UserAgent);
        if (!hasKey)
        {
            headers.Remove("Authorization");
        }

        foreach (var (name, value) in entry.Headers)
        {
            headers.Set(name, value);
        }
    }
}
